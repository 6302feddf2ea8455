"""The people behind the openids: one person has another openid in each account, and one unionid over all of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass
class Person:
    """`openids`: account key -> openid."""

    name: str
    union_id: str
    openids: dict[str, str] = field(default_factory=dict)


def new_openid() -> str:
    return "o" + secrets.token_urlsafe(20).replace("-", "A")[:27]


def new_union_id() -> str:
    return "oU" + secrets.token_urlsafe(20).replace("-", "A")[:26]


@dataclass
class People:
    everybody: list[Person] = field(default_factory=list)
    _by_openid: dict[tuple[str, str], Person] = field(default_factory=dict)

    def add(
        self, name: str, openids: dict[str, str] | None = None, union_id: str | None = None
    ) -> Person:
        """A new person, or more openids for the one who has one of them or the unionid already.

        Those who were taken for several and turn out to be one become one.
        """
        given = openids or {}
        known = [person for person in self.everybody if person.union_id == union_id]
        known += [self._by_openid[pair] for pair in given.items() if pair in self._by_openid]
        if known:
            person = known[0]
            person.name, person.union_id = name or person.name, union_id or person.union_id
        else:
            person = Person(name or "微信用户", union_id or new_union_id())
            self.everybody.append(person)
        others = [other for other in known if other is not person]
        self.everybody = [one for one in self.everybody if one not in others]
        for openids_of_one in [*(other.openids for other in others), given]:
            for account, openid in openids_of_one.items():
                person.openids[account] = openid
                self._by_openid[(account, openid)] = person
        return person

    def of(self, account: str, openid: str) -> Person:
        """Whoever has this openid; made up when nobody does."""
        known = self._by_openid.get((account, openid))
        return known if known is not None else self.add("", {account: openid})

    def openid(self, person: Person, account: str) -> str:
        """The person's openid in an account; made when there is none yet."""
        if account not in person.openids:
            openid = new_openid()
            person.openids[account] = openid
            self._by_openid[(account, openid)] = person
        return person.openids[account]
