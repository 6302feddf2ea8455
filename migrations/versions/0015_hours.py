"""Hours, decision table and texts out of the settings of the queue"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

_CONFIGS = sa.table(
    'configs', sa.column('name', sa.String), sa.column('value', sa.JSON),
    sa.column('updated_at', sa.DateTime(timezone=True)), sa.column('updated_by', sa.String),
)
_QUEUE, _HOURS, _ADMISSION, _TEXTS = 'handoff.queue', 'handoff.hours', 'handoff.admission', 'handoff.texts'


def upgrade() -> None:
    connection = op.get_bind()
    row = connection.execute(sa.select(_CONFIGS).where(_CONFIGS.c.name == _QUEUE)).mappings().first()
    if row is None:
        return
    old = dict(row['value'])
    for name, value in _documents(old).items():
        connection.execute(_CONFIGS.insert().values(name=name, value=value, updated_at=row['updated_at'], updated_by=row['updated_by']))
    kept = {'timeout_minutes': old['timeout_minutes']} if 'timeout_minutes' in old else {}
    connection.execute(_CONFIGS.update().where(_CONFIGS.c.name == _QUEUE).values(value=kept))


def _documents(old: dict) -> dict[str, dict]:
    """What was edited of the old document, in the new ones."""
    made = {}
    if 'duty' in old:
        schedule = {'id': 'own', 'name': '服务时间', 'weekly': old['duty']['weekly'], 'special': old['duty'].get('special', {})}
        made[_HOURS] = {'schedules': [schedule], 'usual': 'own'}
    if 'most_waiting' in old or old.get('queue_when_nobody_online') is False:
        rows = [{'outcome': 'left_message', 'duty': 'off'}, {'outcome': 'bot', 'waiting_from': old.get('most_waiting', 500)}]
        if old.get('queue_when_nobody_online') is False:
            rows.append({'outcome': 'bot', 'agents': 'none'})
        made[_ADMISSION] = {'rows': [*rows, {'outcome': 'person', 'agents': 'free'}, {'outcome': 'queue'}]}
    if 'texts' in old:
        texts = {'person' if key == 'next_in_line' else key: text for key, text in old['texts'].items() if text.strip()}
        made[_TEXTS] = {'usual': texts}
    return made


def downgrade() -> None:
    # The old document's defaults hold again; what was edited since has no place in it.
    names = [_HOURS, _ADMISSION, _TEXTS]
    op.get_bind().execute(_CONFIGS.delete().where(_CONFIGS.c.name.in_(names)))
