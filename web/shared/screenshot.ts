// A picture of the screen, where the browser can take one; else it is pasted.

export function canCapture(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

/** Who is asked picks a window or screen; null when that was cancelled. */
export async function captureScreen(name: string): Promise<File | null> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
  } catch {
    return null;
  }
  try {
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = stream;
    await video.play();
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    return blob ? new File([blob], `${name}.png`, { type: "image/png" }) : null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
