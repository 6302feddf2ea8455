// The console's Chinese texts, an area a file. They name the keys; every other catalogue must have exactly these.

import { common } from "./common";
import { desk } from "./desk";
import { knowledge } from "./knowledge";
import { knowledgeArticles } from "./knowledgeArticles";
import { knowledgeEditor } from "./knowledgeEditor";
import { knowledgeImport } from "./knowledgeImport";
import { knowledgeLearning } from "./knowledgeLearning";
import { knowledgeTest } from "./knowledgeTest";
import { tickets } from "./tickets";

export const areas = { common, desk, knowledge, knowledgeArticles, knowledgeEditor, knowledgeImport, knowledgeLearning, knowledgeTest, tickets };
export const zhCN = { ...common, ...desk, ...knowledge, ...knowledgeArticles, ...knowledgeEditor, ...knowledgeImport, ...knowledgeLearning, ...knowledgeTest, ...tickets };

export type Key = keyof typeof zhCN;
