#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/notation.h"
#include "services/transform/engine/support/characters.h"

namespace triad::transform {
namespace {

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  // recipe = step *( "|" step )
  absl::StatusOr<Recipe> Parse() {
    if (!IsValidUtf8(text_)) return absl::InvalidArgumentError("is not UTF-8");
    Recipe recipe;
    do {
      TRIAD_ASSIGN_OR_RETURN(Step step, ParseStep());
      recipe.push_back(std::move(step));
    } while (Accept('|'));
    if (at_ != text_.size()) return Refused("must have '|' between two steps");
    return recipe;
  }

 private:
  absl::Status Refused(absl::string_view problem) const { return RefusedAt(at_, problem); }

  // Columns count characters.
  absl::Status RefusedAt(std::size_t at, absl::string_view problem) const {
    std::size_t line = 1;
    std::size_t column = 1;
    for (char c : text_.substr(0, at)) {
      if (c == '\n') {
        ++line;
        column = 1;
      } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
        ++column;
      }
    }
    return absl::InvalidArgumentError(
        absl::StrCat(problem, ", at line ", line, ", column ", column));
  }

  // Skips white space, and takes comments to the step that is being read.
  void Skip() {
    while (at_ < text_.size()) {
      if (absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
        ++at_;
      } else if (text_[at_] == '#') {
        std::size_t end = std::min(text_.find('\n', at_), text_.size());
        absl::string_view line = absl::StripAsciiWhitespace(text_.substr(at_ + 1, end - at_ - 1));
        if (!comment_.empty() && !line.empty()) comment_.push_back(' ');
        comment_.append(line.data(), line.size());
        at_ = end;
      } else {
        return;
      }
    }
  }

  bool Accept(char c) {
    Skip();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string Name() {
    Skip();
    std::size_t begin = at_;
    while (at_ < text_.size() && IsNameCharacter(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool AcceptWord(absl::string_view word) {
    Skip();
    std::size_t before = at_;
    if (Name() == word) return true;
    at_ = before;
    return false;
  }

  // step = *comment ["off"] name [ "(" ... ")" ] ["as" variable] [comment]
  absl::StatusOr<Step> ParseStep() {
    Step step;
    step.disabled = AcceptWord(kOffWord);
    step.operation = Name();
    if (step.operation.empty()) return Refused("must have the name of an operation");
    if (Accept('(')) TRIAD_RETURN_IF_ERROR(ParseArguments(step));
    if (AcceptWord(kAsWord)) {
      step.as = Name();
      if (step.as.empty()) return Refused("must have the name of a variable after 'as'");
    }
    Skip();
    step.comment = std::exchange(comment_, "");
    return step;
  }

  // [ argument *( "," argument ) ] ")"
  absl::Status ParseArguments(Step& step) {
    if (Accept(')')) return absl::OkStatus();
    do {
      Skip();
      std::size_t begin = at_;
      std::string name = Name();
      if (name.empty()) return Refused("must have the name of an argument");
      if (!Accept('=')) return Refused("must have '=' after the name of an argument");
      TRIAD_ASSIGN_OR_RETURN(std::string value, ParseValue());
      if (!step.arguments.emplace(name, std::move(value)).second) {
        return RefusedAt(begin, "has an argument twice");
      }
    } while (Accept(','));
    if (!Accept(')')) return Refused("must have ',' or ')' after an argument");
    return absl::OkStatus();
  }

  // value = plain / raw / quoted
  absl::StatusOr<std::string> ParseValue() {
    if (Accept('\'')) return ParseRaw();
    if (Accept('"')) return ParseQuoted();
    std::size_t begin = at_;
    while (at_ < text_.size() && IsPlainCharacter(text_[at_])) ++at_;
    if (at_ == begin) return Refused("must have a value after '='");
    return std::string(text_.substr(begin, at_ - begin));
  }

  absl::StatusOr<std::string> ParseRaw() {
    std::size_t end = text_.find('\'', at_);
    if (end == absl::string_view::npos) return RefusedAt(at_ - 1, "has a quote without its end");
    std::string value(text_.substr(at_, end - at_));
    at_ = end + 1;
    return value;
  }

  absl::StatusOr<std::string> ParseQuoted() {
    std::size_t begin = at_ - 1;
    std::string value;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"') return value;
      if (c != '\\') {
        value.push_back(c);
        continue;
      }
      if (at_ == text_.size()) break;
      TRIAD_RETURN_IF_ERROR(ParseEscape(value));
    }
    return RefusedAt(begin, "has a quote without its end");
  }

  // ( <"> / "\" / "n" / "r" / "t" / "u{" 1*6HEXDIG "}" )
  absl::Status ParseEscape(std::string& value) {
    std::size_t begin = at_ - 1;
    char c = text_[at_++];
    std::size_t known = kEscapeLetters.find(c);
    if (known != absl::string_view::npos) {
      value.push_back(kEscaped[known]);
      return absl::OkStatus();
    }
    std::size_t end = text_.substr(0, std::min(at_ + 8, text_.size())).find('}', at_);
    std::uint32_t code = 0;
    bool number = c == 'u' && at_ < text_.size() && text_[at_] == '{' &&
                  end != absl::string_view::npos && end - at_ > 1 &&
                  absl::ascii_isxdigit(static_cast<unsigned char>(text_[at_ + 1])) &&
                  absl::SimpleHexAtoi(text_.substr(at_ + 1, end - at_ - 1), &code);
    if (!number || !IsCharacter(code)) {
      return RefusedAt(begin, "must have one of \" \\ n r t u{X} after a backslash");
    }
    AppendUtf8(code, value);
    at_ = end + 1;
    return absl::OkStatus();
  }

  const absl::string_view text_;
  std::size_t at_ = 0;
  std::string comment_;
};

}  // namespace

absl::StatusOr<Recipe> ParseRecipe(absl::string_view text) { return Parser(text).Parse(); }

}  // namespace triad::transform
