// JSON (RFC 8259) as tokens, whose text stays as it is written.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// Arrays and objects within each other.
inline constexpr std::size_t kMaxJsonDepth = 1000;

struct JsonToken {
  enum class Kind {
    kBeginObject,
    kEndObject,
    kBeginArray,
    kEndArray,
    kKey,  // a string, its quotes in the text
    kString,
    kNumber,
    kLiteral,  // true, false, null
    kEnd,      // of the text
  };
  Kind kind = Kind::kEnd;
  absl::string_view text;
};

// Commas and colons are checked, and no tokens. Not thread-safe.
class JsonScanner {
 public:
  // `json` is UTF-8 and outlives this.
  explicit JsonScanner(absl::string_view json, std::size_t max_depth = kMaxJsonDepth)
      : json_(json), max_depth_(max_depth) {}

  // The next token; false at the end and at what is not JSON, which `status` tells.
  bool Next();
  const JsonToken& token() const { return token_; }
  // OK, or a BadInputAt.
  const absl::Status& status() const { return status_; }

  // Where the next token is looked for.
  std::size_t position() const { return at_; }
  // How many arrays and objects are open.
  std::size_t depth() const { return open_.size(); }

 private:
  // What may come next.
  enum class State { kValue, kFirstItem, kFirstKey, kKey, kAfterValue, kDone };

  void SkipSpace();
  bool Fail(std::size_t at, absl::string_view problem);
  bool Emit(JsonToken::Kind kind, std::size_t length, State next);
  bool Begin(JsonToken::Kind kind, char open, State next);
  bool EndContainer(char close);
  bool Key();
  bool Value();
  bool AfterValue();
  bool Number();
  bool Literal(absl::string_view word);
  bool String(JsonToken::Kind kind);
  State AfterScalar() const { return open_.empty() ? State::kDone : State::kAfterValue; }

  const absl::string_view json_;
  const std::size_t max_depth_;
  std::size_t at_ = 0;
  State state_ = State::kValue;
  std::string open_;  // '{' or '[' of each that is open
  JsonToken token_;
  absl::Status status_;
};

// Whether all of `json` is one value; else a BadInputAt.
absl::Status CheckJson(absl::string_view json, std::size_t max_depth);

}  // namespace triad::transform
