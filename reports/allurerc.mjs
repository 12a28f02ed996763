// How Allure 3 renders a run. `bench report` (reports/html.py) passes what changes from run to run.
import { readFileSync } from "node:fs";

const { REPORT_NAME, REPORT_HISTORY, REPORT_IS_NEW, REPORT_DIRECTORY } = process.env;
const categories = JSON.parse(readFileSync(new URL("categories.json", import.meta.url), "utf8"));

export default {
  name: REPORT_NAME ?? "smallBMS conformance",
  historyPath: REPORT_HISTORY,
  // Allure adds a line to the history each time it generates: only the first time counts.
  appendHistory: REPORT_IS_NEW === "1",
  categories,
  hideLabels: ["parentSuite", "suite", "subSuite", "host", "thread", "framework", "language"],
  plugins: {
    awesome: {
      options: {
        reportName: REPORT_NAME,
        reportLanguage: "en",
        singleFile: REPORT_DIRECTORY !== "1",
        groupBy: ["epic", "feature", "story"],
      },
    },
  },
};
