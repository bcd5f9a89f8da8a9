// Path templates of google/api/http.proto.
//
//   Template  = "/" [ Segments [ Verb ] ]
//   Segments  = Segment { "/" Segment }
//   Segment   = "*" | "**" | LITERAL | Variable
//   Variable  = "{" FieldPath [ "=" Segments ] "}"
//   FieldPath = IDENT { "." IDENT }
//   Verb      = ":" LITERAL
//
// LITERAL is one or more of RFC 3986's pchar without ':' and '*'; anything else
// is percent-encoded. IDENT is [A-Za-z_][A-Za-z0-9_]*. "**" stands once at most, anywhere:
// http.proto wants it last, but what follows it has a known number of segments. Variables do
// not nest, and no two bind the same field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

struct PathTemplate {
  enum class Kind {
    kLiteral,  // exactly this text
    kOne,      // "*": one segment, not empty
    kRest,     // "**": zero or more segments
  };
  struct Segment {
    Kind kind = Kind::kLiteral;
    std::string text;  // of a literal, decoded
  };
  struct Variable {
    std::string field_path;
    // The segments it binds: [begin, end).
    std::size_t begin = 0;
    std::size_t end = 0;
    // Whether it can hold more than one segment, hence a '/' of the path.
    bool multi_segment = false;
  };

  // Whether segment `index` stands behind the "**", whose length is only known with a path.
  bool IsBehindRest(std::size_t index) const { return index > rest; }

  static constexpr std::size_t kNoRest = SIZE_MAX;

  std::vector<Segment> segments;    // none of the template "/"
  std::size_t rest = kNoRest;       // where the "**" stands among them
  std::vector<Variable> variables;  // in order of begin
  std::string verb;                 // without ':', decoded; empty if none
};

// INVALID_ARGUMENT that says what was expected and at which byte.
absl::StatusOr<PathTemplate> ParsePathTemplate(absl::string_view text);

}  // namespace triad::gateway
