import type { ApiError, FieldViolation } from "../api/errors";

// The one way an error is shown.
export function ErrorNote({ error }: { error: ApiError | undefined }) {
  const untold = error?.violations.filter((violation) => !tells(error.message, violation)) ?? [];
  return (
    <div role="alert">
      {error && (
        <div class="error-note">
          <p>
            <strong>{error.message}</strong>
          </p>
          {untold.length > 0 && (
            <ul>
              {untold.map(({ field, description }) => (
                <li key={field}>
                  <code>{field}</code>: {description}
                </li>
              ))}
            </ul>
          )}
          <p class="error-facts">
            <code>{error.code}</code>
            {error.requestId && (
              <span>
                Request <code>{error.requestId}</code>
              </span>
            )}
          </p>
        </div>
      )}
    </div>
  );
}

// Whether a message already says what a violation says, as most do.
function tells(message: string, { field, description }: FieldViolation): boolean {
  return message.includes(field) && message.includes(description);
}
