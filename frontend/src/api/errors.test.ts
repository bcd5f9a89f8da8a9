import { describe, expect, it } from "vitest";
import { errorOfResponse, errorOfText, unreachable } from "./errors";

function answer(status: number, body: string): Response {
  return new Response(body, { status, headers: { "x-request-id": "r-1" } });
}

describe("errorOfResponse", () => {
  it("names the fields of a BadRequest", async () => {
    const error = await errorOfResponse(
      answer(
        400,
        JSON.stringify({
          code: 3,
          message: "word: is missing",
          details: [
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1s" },
            {
              "@type": "type.googleapis.com/google.rpc.BadRequest",
              fieldViolations: [{ field: "word", description: "is missing" }],
            },
          ],
        }),
      ),
    );
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toBe("word: is missing");
    expect(error.violations).toEqual([{ field: "word", description: "is missing" }]);
    expect(error.requestId).toBe("r-1");
  });

  it("takes an error without details", async () => {
    const error = await errorOfResponse(answer(503, '{"code":14,"message":"config is down"}'));
    expect(error.code).toBe("UNAVAILABLE");
    expect(error.violations).toEqual([]);
  });

  it("takes a code it does not know as UNKNOWN", async () => {
    const error = await errorOfResponse(answer(500, '{"code":99,"message":"?"}'));
    expect(error.code).toBe("UNKNOWN");
  });

  it.each(["<html>Bad gateway</html>", "", "null", '{"error":"no"}', '{"code":"3"}'])(
    "says that %j is not an error it understands, with the HTTP status",
    async (body) => {
      const error = await errorOfResponse(answer(502, body));
      expect(error.code).toBe("NOT_UNDERSTOOD");
      expect(error.message).toContain("502");
      expect(error.requestId).toBe("r-1");
    },
  );
});

describe("errorOfText", () => {
  it("reads the Status of a stream that ended", () => {
    const error = errorOfText('{"code":11,"message":"revision 3 is compacted"}');
    expect(error.code).toBe("OUT_OF_RANGE");
    expect(error.message).toBe("revision 3 is compacted");
  });

  it("does not take other text for one", () => {
    expect(errorOfText("oops").code).toBe("NOT_UNDERSTOOD");
  });
});

describe("unreachable", () => {
  it("tells a gateway that is late from one that is not there", () => {
    expect(unreachable(new TypeError("Failed to fetch")).message).toMatch(/cannot be reached/);
    expect(unreachable(new DOMException("late", "TimeoutError")).message).toMatch(/in time/);
  });
});
