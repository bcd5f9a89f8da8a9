import type { ApiError } from "../api/errors";

// The one way an error is shown.
export function ErrorNote({ error }: { error: ApiError | undefined }) {
  return (
    <div role="alert">
      {error && (
        <div class="error-note">
          <p>
            <strong>{error.message}</strong>
          </p>
          {error.violations.length > 0 && (
            <ul>
              {error.violations.map(({ field, description }) => (
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
