// What can go wrong with a call, in one shape, whatever went wrong.

// One field of the request that was refused, as google.rpc.BadRequest names it.
export interface FieldViolation {
  field: string;
  description: string;
}

// google.rpc.Status as the gateway writes it.
interface Status {
  code: number;
  message: string;
  details?: { "@type"?: string; fieldViolations?: Partial<FieldViolation>[] }[];
}

// google.rpc.Code, by number.
const CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

// The service's own code, or how the call failed before a service answered.
export type ErrorCode = (typeof CODES)[number] | "UNREACHABLE" | "NOT_UNDERSTOOD";

// Thrown by every function of src/api, except for a call that was aborted by
// its own signal: that one throws the signal's reason.
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly violations: FieldViolation[];
  // Finds the request in the gateway's and the services' logs; empty if none.
  readonly requestId: string;

  constructor(
    code: ErrorCode,
    message: string,
    { violations = [], requestId = "" }: { violations?: FieldViolation[]; requestId?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.violations = violations;
    this.requestId = requestId;
  }
}

// The gateway did not answer at all, or not in time.
export function unreachable(reason: unknown): ApiError {
  const late = reason instanceof DOMException && reason.name === "TimeoutError";
  return new ApiError(
    "UNREACHABLE",
    late ? "The gateway did not answer in time." : "The gateway cannot be reached.",
  );
}

// The error in an answer whose HTTP status says that it is one.
export async function errorOfResponse(response: Response): Promise<ApiError> {
  const requestId = response.headers.get("x-request-id") ?? "";
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    return notUnderstood(response);
  }
  return isStatus(body) ? errorOfStatus(body, requestId) : notUnderstood(response);
}

// The error in the text of a google.rpc.Status, as `event: status` carries it.
export function errorOfText(text: string): ApiError {
  try {
    const body: unknown = JSON.parse(text);
    if (isStatus(body)) return errorOfStatus(body, "");
  } catch {
    // Not JSON: told below, as any other text that is not a Status.
  }
  return new ApiError("NOT_UNDERSTOOD", "The stream ended with an error that is not a Status.");
}

// An answer that does not hold what it should.
export function notUnderstood(response: Response): ApiError {
  return new ApiError("NOT_UNDERSTOOD", `The answer is not JSON (HTTP ${response.status}).`, {
    requestId: response.headers.get("x-request-id") ?? "",
  });
}

function isStatus(body: unknown): body is Status {
  return (
    typeof body === "object" &&
    body !== null &&
    typeof (body as Status).code === "number" &&
    typeof (body as Status).message === "string"
  );
}

function errorOfStatus(status: Status, requestId: string): ApiError {
  const violations = (Array.isArray(status.details) ? status.details : [])
    .filter((detail) => detail["@type"]?.endsWith("/google.rpc.BadRequest"))
    .flatMap((detail) => detail.fieldViolations ?? [])
    .map(({ field = "", description = "" }) => ({ field, description }));
  return new ApiError(CODES[status.code] ?? "UNKNOWN", status.message, { violations, requestId });
}
