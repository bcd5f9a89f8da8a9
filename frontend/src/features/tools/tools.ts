import { query, urlOf } from "../../api/client";
import type { UploadedNumber } from "../../api/types";

// The word mirrored: reversed, upper and lower case swapped, digits inverted.
export async function mirror(word: string, signal: AbortSignal): Promise<string> {
  const answer = await query("get", "/api/mirror", { query: { word }, signal });
  return answer.transformed;
}

// Stores a random number as a new object.
export function uploadRandom(): Promise<UploadedNumber> {
  return query("post", "/api/upload-random");
}

// Where an object that uploadRandom() made can be downloaded.
export function downloadUrl(name: string): string {
  return urlOf("/api/v1/buckets/{bucket}/objects/{name}", { bucket: "uploads", name });
}
