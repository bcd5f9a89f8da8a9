#include "cli/transform/recipe_outline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cli/output/style.h"
#include "cli/table/suggest.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/notation.h"
#include "services/transform/engine/recipe/plan.h"

namespace triad::cli {
namespace {

using Next = RecipeOutline::Next;

// In the place of what lists the operations of a service.
constexpr absl::string_view kList = "'triadctl transform list'";

// Reads what it can, as the parser of the language does, and goes on where that would refuse.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  RecipeOutline Run() {
    outline_.steps.emplace_back();
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '#') {
        if (!SkipTo('\n')) return Unfinished();
      } else if (outline_.next == Next::kValue && !absl::ascii_isspace(c)) {
        if (!TakeValue(c)) return Unfinished();
      } else if (transform::IsNameCharacter(c)) {
        TakeName();
      } else {
        TakeSign(c);
      }
    }
    if (!touches_end_) outline_.begun = text_.size();
    return std::move(outline_);
  }

 private:
  // A comment or a quote that has no end: nothing is known of what follows.
  RecipeOutline Unfinished() {
    outline_.next = Next::kNothing;
    outline_.begun = text_.size();
    return std::move(outline_);
  }

  bool SkipTo(char end) {
    at_ = text_.find(end, at_ + 1);
    if (at_ == absl::string_view::npos) return false;
    ++at_;
    return true;
  }

  bool SkipQuoted() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    return false;
  }

  // A word that ends where the text does may go on: what it is stays what is next.
  std::size_t TakeWord(bool (*is_part)(char)) {
    std::size_t begin = at_;
    while (at_ < text_.size() && is_part(text_[at_])) ++at_;
    touches_end_ = at_ == text_.size();
    outline_.begun = begin;
    return begin;
  }

  bool TakeValue(char c) {
    if (c == '\'' || c == '"') {
      outline_.next = Next::kNothing;
      return c == '"' ? SkipQuoted() : SkipTo('\'');
    }
    if (!transform::IsPlainCharacter(c)) {
      TakeSign(c);
      return true;
    }
    TakeWord(transform::IsPlainCharacter);
    if (!touches_end_) outline_.next = Next::kNothing;
    return true;
  }

  void TakeName() {
    std::size_t begin = TakeWord(transform::IsNameCharacter);
    RecipeOutline::Part part = {std::string(text_.substr(begin, at_ - begin)), begin};
    RecipeOutline::Step& step = outline_.steps.back();
    if (outline_.next == Next::kOperation) {
      if (part.name == transform::kOffWord && !touches_end_) return;
      step.operation = std::move(part);
    } else if (outline_.next == Next::kArgument) {
      step.arguments.push_back(std::move(part));
    } else {
      return;
    }
    if (!touches_end_) outline_.next = Next::kNothing;
  }

  void TakeSign(char c) {
    ++at_;
    touches_end_ = false;
    if (c == '|') {
      outline_.steps.emplace_back();
      outline_.next = Next::kOperation;
    } else if (c == '(' || c == ',') {
      outline_.next = Next::kArgument;
    } else if (c == '=') {
      outline_.next = Next::kValue;
    } else if (!absl::ascii_isspace(c)) {
      outline_.next = Next::kNothing;
    }
  }

  const absl::string_view text_;
  std::size_t at_ = 0;
  bool touches_end_ = false;
  RecipeOutline outline_;
};

// "line 1, column 9", as the parser of the language has it; columns count characters.
std::string PlaceOf(absl::string_view text, std::size_t at) {
  absl::string_view before = text.substr(0, at);
  auto line = std::count(before.begin(), before.end(), '\n') + 1;
  std::size_t break_at = before.rfind('\n');
  absl::string_view same_line =
      break_at == absl::string_view::npos ? before : before.substr(break_at + 1);
  return absl::StrCat("line ", line, ", column ", Width(same_line) + 1);
}

std::string DidYouMean(absl::string_view operation) {
  std::vector<std::string> known;
  for (const transform::Operation* one : transform::AllOperations()) {
    known.push_back(one->id);
    known.insert(known.end(), one->aliases.begin(), one->aliases.end());
  }
  std::string nearest = Nearest(operation, known);
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

// What a message that begins with "steps[2].arguments.level: " is about.
struct Named {
  std::size_t step = 0;
  absl::string_view field;  // "", "operation", "arguments.level"
};

bool ParseNamed(absl::string_view message, Named& named) {
  if (!absl::ConsumePrefix(&message, "steps[")) return false;
  std::size_t end = message.find(']');
  if (!absl::SimpleAtoi(message.substr(0, end), &named.step)) return false;
  message.remove_prefix(end + 1);
  if (absl::ConsumePrefix(&message, ".")) named.field = message.substr(0, message.find(':'));
  return true;
}

}  // namespace

RecipeOutline OutlineOf(absl::string_view text) { return Scanner(text).Run(); }

absl::Status WithPlace(const absl::Status& status, absl::string_view text) {
  Named named;
  if (status.ok() || !ParseNamed(status.message(), named)) return status;
  RecipeOutline outline = OutlineOf(text);
  if (named.step >= outline.steps.size()) return status;
  const RecipeOutline::Step& step = outline.steps[named.step];
  std::size_t at = step.operation.at;
  std::string message(status.message());
  std::string advice;
  if (named.field == "operation") {
    message = absl::StrReplaceAll(message, {{transform::kListOfOperations, kList}});
    advice = DidYouMean(step.operation.name);
  }
  if (absl::ConsumePrefix(&named.field, "arguments.")) {
    for (const auto& argument : step.arguments) {
      if (argument.name == named.field) at = argument.at;
    }
  }
  absl::Status placed(status.code(),
                      absl::StrCat(message, " (", PlaceOf(text, at), " of the recipe)", advice));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& value) { placed.SetPayload(url, value); });
  return placed;
}

}  // namespace triad::cli
