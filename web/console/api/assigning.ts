// To whom tickets go, and who is away.

import type {
  AbsenceRead, AbsenceWrite, AssigningPreview, AssigningPreviewRequest, AssigningTrial, AssigningTrialRead,
} from "@shared/contract";
import { get, post, put, remove } from "./http";

export const assigning = {
  trial: (body: AssigningTrial) => post<AssigningTrialRead>("/desk/settings/assigning/trial", body),
  preview: (body: AssigningPreviewRequest) => post<AssigningPreview>("/desk/settings/assigning/preview", body),
};

export const absences = {
  /** One's own, or everybody's for those who dispatch. */
  list: (mine: boolean) => get<AbsenceRead[]>("/absences", { mine }),
  enter: (body: AbsenceWrite) => post<AbsenceRead>("/absences", body),
  change: (id: string, body: AbsenceWrite) => put<AbsenceRead>(`/absences/${id}`, body),
  /** It ends now; what has not begun is removed. */
  end: (id: string) => remove(`/absences/${id}`),
};
