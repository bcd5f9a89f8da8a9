#include "gateway/routing/path_template.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/routing/percent_encoding.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

// pchar of RFC 3986 without ':' (begins a verb) and '*' (a wildcard).
bool IsLiteralChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("-._~!$&'()+,;=@%").find(c) != absl::string_view::npos;
}

bool IsIdentStart(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_'; }

bool IsIdentChar(char c) { return IsIdentStart(c) || absl::ascii_isdigit(c); }

// Recursive descent, one function per rule of the grammar.
class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<PathTemplate> Run() && {
    TRIAD_RETURN_IF_ERROR(ParseTemplate());
    return std::move(result_);
  }

 private:
  // Template = "/" [ Segments [ Verb ] ]
  absl::Status ParseTemplate() {
    if (!Consume('/')) return Expected("'/'");
    if (at_ == text_.size()) return absl::OkStatus();
    TRIAD_RETURN_IF_ERROR(ParseSegments());
    if (Consume(':')) TRIAD_RETURN_IF_ERROR(ParseLiteral(result_.verb));
    if (at_ != text_.size()) return Expected("'/', ':' or the end");
    return absl::OkStatus();
  }

  // Segments = Segment { "/" Segment }
  absl::Status ParseSegments() {
    do {
      TRIAD_RETURN_IF_ERROR(ParseSegment());
    } while (Consume('/'));
    return absl::OkStatus();
  }

  // Segment = "*" | "**" | LITERAL | Variable
  absl::Status ParseSegment() {
    if (Peek() == '{') return ParseVariable();
    PathTemplate::Segment segment;
    if (Consume('*')) {
      segment.kind = PathTemplate::Kind::kOne;
      if (Consume('*')) TRIAD_RETURN_IF_ERROR(BeginRest(segment));
    } else {
      TRIAD_RETURN_IF_ERROR(ParseLiteral(segment.text));
    }
    result_.segments.push_back(std::move(segment));
    return absl::OkStatus();
  }

  absl::Status BeginRest(PathTemplate::Segment& segment) {
    if (result_.rest != PathTemplate::kNoRest) return Error("\"**\" can stand only once");
    segment.kind = PathTemplate::Kind::kRest;
    result_.rest = result_.segments.size();
    return absl::OkStatus();
  }

  // Variable = "{" FieldPath [ "=" Segments ] "}"
  absl::Status ParseVariable() {
    if (in_variable_) return Error("a variable cannot hold another");
    Consume('{');
    in_variable_ = true;
    PathTemplate::Variable variable;
    variable.begin = result_.segments.size();
    TRIAD_RETURN_IF_ERROR(ParseFieldPath(variable.field_path));
    if (Consume('=')) {
      TRIAD_RETURN_IF_ERROR(ParseSegments());
    } else {
      result_.segments.push_back({PathTemplate::Kind::kOne, ""});
    }
    if (!Consume('}')) return Expected("'}'");
    in_variable_ = false;
    variable.end = result_.segments.size();
    variable.multi_segment = variable.end - variable.begin > 1 || result_.rest == variable.begin;
    result_.variables.push_back(std::move(variable));
    return absl::OkStatus();
  }

  // FieldPath = IDENT { "." IDENT }
  absl::Status ParseFieldPath(std::string& path) {
    std::size_t begin = at_;
    do {
      if (!IsIdentStart(Peek())) return Expected("a field's name");
      while (IsIdentChar(Peek())) ++at_;
    } while (Consume('.'));
    path = std::string(text_.substr(begin, at_ - begin));
    for (const auto& other : result_.variables) {
      if (other.field_path == path) {
        return Error(absl::StrCat("field \"", path, "\" is bound twice"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseLiteral(std::string& decoded) {
    std::size_t begin = at_;
    // Inside a variable '=' would be read as its sign only before the pattern,
    // so a literal may hold it.
    while (IsLiteralChar(Peek())) ++at_;
    if (at_ == begin) return Expected("a segment");
    absl::string_view literal = text_.substr(begin, at_ - begin);
    absl::Status status = CheckPathEncoding(literal);
    if (status.ok()) status = DecodePercent(literal, Decode::kAll, decoded);
    return status.ok() ? status : Error(status.message());
  }

  // The next character, NUL at the end (which no rule takes).
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool Consume(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  absl::Status Expected(absl::string_view what) const {
    std::string found =
        at_ < text_.size() ? absl::StrCat("'", text_.substr(at_, 1), "'") : "the end";
    return Error(absl::StrCat("expected ", what, ", found ", found));
  }

  absl::Status Error(absl::string_view problem) const {
    return absl::InvalidArgumentError(absl::StrCat("at byte ", at_, ": ", problem));
  }

  absl::string_view text_;
  std::size_t at_ = 0;
  bool in_variable_ = false;
  PathTemplate result_;
};

}  // namespace

absl::StatusOr<PathTemplate> ParsePathTemplate(absl::string_view text) {
  return Parser(text).Run();
}

}  // namespace triad::gateway
