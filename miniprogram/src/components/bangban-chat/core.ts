// What the components share, bundled into one file beside them: the session of the citizen and how it is shown.

export { closeSession, connect, disconnect, during, openSession, sessionOf } from "../../chat/connect";
export { chooseAndSend } from "../../chat/choosing";
export { createLeftFiles } from "../../chat/leftFiles";
export { createPhoneCode } from "../../chat/phoneCode";
export { courseOf, timelineOf } from "../../chat/view/tickets";
export { copyLink, openFile, openPicture, openPlace } from "../../chat/opening";
export { hostOf } from "../../chat/query";
export { createRecording, MAX_SECONDS } from "../../chat/recording";
export { saidIn } from "../../chat/i18n";
export { bodyOf } from "../../chat/view/body";
export { logOf, welcomeOf } from "../../chat/view/log";
export { headOf, noticesOf } from "../../chat/view/notices";
export { AppError } from "@shared/errors";
export { newClientId } from "@shared/thread";
export { deadlineTime, fullTime, shortTime } from "@shared/time";
export { shades } from "@shared/colour";
export { EMOJI } from "@shared/emoji";
export { asLines, check, faultsOf, MOST_CHARACTERS, tidy } from "@widget/components/forms/checks";
export { fieldsOf, fileFieldsOf, filledIn } from "@widget/components/tickets/fields";
export { ref } from "vue";

/** What parts/proof offers to whoever shows it. */
export interface Proof {
  take(): { code: string | null; ids: string[]; problem: string };
  refuse(reason: string): void;
}
