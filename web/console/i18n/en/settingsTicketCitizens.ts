import type { settingsTicketCitizens as zh } from "../zh-CN/settingsTicketCitizens";

export const settingsTicketCitizens: Record<keyof typeof zh, string> = {
  settings_ticket_citizens: "For citizens",
  settings_ticket_citizens_hint: "What citizens see and do under “My requests” on the website and in the mini-program. Which types they may file is set with the types.",
  own_set_names: "Show who answered",
  own_set_names_hint: "Off: citizens read “answer from the office”.",
  own_set_most: "Tickets a citizen may file a day",
  own_set_thanks: "What is said after filing",
  own_set_thanks_hint: "Stands in the conversation; {number} becomes the ticket's number.",
  own_set_confirm: "Send the number to a phone that was proved",
  own_set_without: "Filing and looking up also while no texts are sent",
  own_set_without_hint: "On: the phone is taken as told and marked as not proved; looking up asks for number and phone only. Off: without text messages citizens can neither file nor look up by number.",
  own_set_rate: "Days after the answer in which it can be rated",
  own_set_rate_hint: "A rating can be changed for a day. Levels and tags are those of the ratings of services.",
};
