#include "services/transform/engine/support/json_scanner.h"

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/transform/engine/problem.h"
#include "services/transform/engine/support/json_text.h"

namespace triad::transform {
namespace {

using Kind = JsonToken::Kind;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// digits, from `at` on; where they end
std::size_t SkipDigits(absl::string_view text, std::size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

// [ "-" ] ( "0" / 1-9 digits ) [ "." digits ] [ "e" [sign] digits ]; 0 if it is none
std::size_t NumberLength(absl::string_view text) {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  std::size_t end = SkipDigits(text, at);
  if (end == at || (text[at] == '0' && end > at + 1)) return 0;
  at = end;
  if (at < text.size() && text[at] == '.') {
    end = SkipDigits(text, at + 1);
    if (end == at + 1) return 0;
    at = end;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t begin = at + 1;
    if (begin < text.size() && (text[begin] == '+' || text[begin] == '-')) ++begin;
    end = SkipDigits(text, begin);
    if (end == begin) return 0;
    at = end;
  }
  return at;
}

}  // namespace

void JsonScanner::SkipSpace() {
  while (at_ < json_.size() &&
         (json_[at_] == ' ' || json_[at_] == '\n' || json_[at_] == '\r' || json_[at_] == '\t')) {
    ++at_;
  }
}

bool JsonScanner::Fail(std::size_t at, absl::string_view problem) {
  status_ = BadInputAt(at, absl::StrCat("is not valid JSON: ", problem));
  return false;
}

bool JsonScanner::Emit(Kind kind, std::size_t length, State next) {
  token_ = {kind, json_.substr(at_, length)};
  at_ += length;
  state_ = next;
  return true;
}

bool JsonScanner::Next() {
  if (!status_.ok()) return false;
  SkipSpace();
  if (state_ == State::kDone) {
    token_ = {};
    return at_ == json_.size() ? false : Fail(at_, "it goes on after its value");
  }
  if (at_ == json_.size()) return Fail(at_, "it ends too early");
  switch (state_) {
    case State::kFirstItem:
      return json_[at_] == ']' ? EndContainer(']') : Value();
    case State::kFirstKey:
      return json_[at_] == '}' ? EndContainer('}') : Key();
    case State::kKey:
      return Key();
    case State::kAfterValue:
      return AfterValue();
    default:
      return Value();
  }
}

bool JsonScanner::AfterValue() {
  bool object = open_.back() == '{';
  if (json_[at_] == ',') {
    ++at_;
    SkipSpace();
    state_ = object ? State::kKey : State::kValue;
    if (at_ == json_.size()) return Fail(at_, "it ends too early");
    return object ? Key() : Value();
  }
  char close = object ? '}' : ']';
  if (json_[at_] == close) return EndContainer(close);
  return Fail(at_, object ? "',' or '}' must be here" : "',' or ']' must be here");
}

bool JsonScanner::Begin(Kind kind, char open, State next) {
  if (open_.size() == max_depth_) {
    return Fail(at_, absl::StrCat("it is nested over ", max_depth_, " levels deep"));
  }
  open_.push_back(open);
  return Emit(kind, 1, next);
}

bool JsonScanner::EndContainer(char close) {
  open_.pop_back();
  return Emit(close == '}' ? Kind::kEndObject : Kind::kEndArray, 1, AfterScalar());
}

bool JsonScanner::String(Kind kind) {
  absl::StatusOr<std::size_t> length = JsonStringLength(json_.substr(at_));
  if (!length.ok()) {
    status_ = FurtherOn(length.status(), at_);
    return false;
  }
  return Emit(kind, *length, kind == Kind::kKey ? State::kValue : AfterScalar());
}

bool JsonScanner::Key() {
  if (json_[at_] != '"') return Fail(at_, "a name in quotes must be here");
  if (!String(Kind::kKey)) return false;
  SkipSpace();
  if (at_ == json_.size() || json_[at_] != ':') return Fail(at_, "':' must be here");
  ++at_;
  return true;
}

bool JsonScanner::Value() {
  switch (json_[at_]) {
    case '{':
      return Begin(Kind::kBeginObject, '{', State::kFirstKey);
    case '[':
      return Begin(Kind::kBeginArray, '[', State::kFirstItem);
    case '"':
      return String(Kind::kString);
    case 't':
      return Literal("true");
    case 'f':
      return Literal("false");
    case 'n':
      return Literal("null");
    default:
      return Number();
  }
}

bool JsonScanner::Number() {
  std::size_t length = NumberLength(json_.substr(at_));
  if (length == 0) return Fail(at_, "a value must be here");
  return Emit(Kind::kNumber, length, AfterScalar());
}

bool JsonScanner::Literal(absl::string_view word) {
  if (json_.substr(at_, word.size()) != word) return Fail(at_, "a value must be here");
  return Emit(Kind::kLiteral, word.size(), AfterScalar());
}

absl::Status CheckJson(absl::string_view json, std::size_t max_depth) {
  JsonScanner scanner(json, max_depth);
  while (scanner.Next()) {
  }
  return scanner.status();
}

}  // namespace triad::transform
