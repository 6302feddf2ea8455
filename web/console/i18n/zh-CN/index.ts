// The console's Chinese texts, an area a file. They name the keys; every other catalogue must have exactly these.

import { bot } from "./bot";
import { botTraining } from "./botTraining";
import { common } from "./common";
import { composer } from "./composer";
import { desk } from "./desk";
import { deskPresence } from "./deskPresence";
import { knowledge } from "./knowledge";
import { knowledgeArticles } from "./knowledgeArticles";
import { knowledgeEditor } from "./knowledgeEditor";
import { knowledgeImport } from "./knowledgeImport";
import { knowledgeLearning } from "./knowledgeLearning";
import { knowledgeTest } from "./knowledgeTest";
import { left } from "./left";
import { ratings } from "./ratings";
import { replyWindow } from "./replyWindow";
import { settings } from "./settings";
import { settingsAccounts } from "./settingsAccounts";
import { settingsAssigning } from "./settingsAssigning";
import { settingsAudit } from "./settingsAudit";
import { settingsOffice } from "./settingsOffice";
import { settingsPortals } from "./settingsPortals";
import { settingsHours } from "./settingsHours";
import { settingsRules } from "./settingsRules";
import { settingsRouting } from "./settingsRouting";
import { settingsSms } from "./settingsSms";
import { settingsTicketCitizens } from "./settingsTicketCitizens";
import { settingsTicketTypes } from "./settingsTicketTypes";
import { settingsWechat } from "./settingsWechat";
import { settingsWidget } from "./settingsWidget";
import { settingsWords } from "./settingsWords";
import { team } from "./team";
import { ticketPage } from "./ticketPage";
import { ticketDeadlines } from "./ticketDeadlines";
import { ticketLists } from "./ticketLists";
import { ticketImport } from "./ticketImport";
import { tickets } from "./tickets";
import { wall } from "./wall";

export const areas = { ratings, replyWindow, left, bot, botTraining, common, composer, desk, deskPresence, knowledge, knowledgeArticles, knowledgeEditor, knowledgeImport, knowledgeLearning, knowledgeTest, settings, settingsHours, settingsRules, settingsAccounts, settingsAssigning, settingsAudit, settingsOffice, settingsPortals, settingsRouting, settingsSms, settingsTicketCitizens, settingsTicketTypes, settingsWechat, settingsWidget, settingsWords, team, ticketImport, ticketPage, ticketDeadlines, ticketLists, tickets, wall };
export const zhCN = { ...ratings, ...replyWindow, ...left, ...bot, ...botTraining, ...common, ...composer, ...desk, ...deskPresence, ...knowledge, ...knowledgeArticles, ...knowledgeEditor, ...knowledgeImport, ...knowledgeLearning, ...knowledgeTest, ...settings, ...settingsHours, ...settingsRules, ...settingsAccounts, ...settingsAssigning, ...settingsAudit, ...settingsOffice, ...settingsPortals, ...settingsRouting, ...settingsSms, ...settingsTicketCitizens, ...settingsTicketTypes, ...settingsWechat, ...settingsWidget, ...settingsWords, ...team, ...ticketImport, ...ticketPage, ...ticketDeadlines, ...ticketLists, ...tickets, ...wall };

export type Key = keyof typeof zhCN;
