#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/text/operations.h"
#include "services/transform/engine/support/line_edits.h"
#include "services/transform/engine/support/lines.h"

namespace triad::transform {
namespace {

// The edits from the first that is shown of a hunk to the last.
struct Hunk {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Hunk> HunksOf(const std::vector<LineEdit>& edits, std::size_t context) {
  std::vector<Hunk> hunks;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].kind == LineEdit::Kind::kKeep) continue;
    std::size_t begin = i - std::min(i, context);
    std::size_t end = std::min(edits.size(), i + 1 + context);
    if (!hunks.empty() && begin <= hunks.back().end) {
      hunks.back().end = end;
    } else {
      hunks.push_back({begin, end});
    }
  }
  return hunks;
}

// "5,3" as GNU diff writes it: a count of 1 is left out, and none begins before its line.
std::string FormatRange(std::size_t before, std::size_t count) {
  std::size_t begin = count == 0 ? before : before + 1;
  return count == 1 ? absl::StrCat(begin) : absl::StrCat(begin, ",", count);
}

class Writer {
 public:
  Writer(const std::vector<LineEdit>& edits, Output& output) : edits_(edits), output_(output) {}

  void Write(const Hunk& hunk) {
    Skip(hunk.begin);
    std::size_t old_before = old_;
    std::size_t new_before = new_;
    std::size_t begin = at_;
    Skip(hunk.end);
    output_.Append(absl::StrCat("@@ -", FormatRange(old_before, old_ - old_before), " +",
                                FormatRange(new_before, new_ - new_before), " @@\n"));
    for (std::size_t i = begin; i < hunk.end; ++i) WriteLine(edits_[i]);
  }

 private:
  void Skip(std::size_t to) {
    for (; at_ < to; ++at_) {
      if (edits_[at_].kind != LineEdit::Kind::kAdd) ++old_;
      if (edits_[at_].kind != LineEdit::Kind::kRemove) ++new_;
    }
  }

  void WriteLine(const LineEdit& edit) {
    constexpr char kMarks[] = {' ', '-', '+'};
    output_.Put(kMarks[static_cast<std::size_t>(edit.kind)]);
    output_.Append(edit.line);
    if (edit.line.empty() || edit.line.back() != '\n') {
      output_.Append("\n\\ No newline at end of file\n");
    }
  }

  const std::vector<LineEdit>& edits_;
  Output& output_;
  std::size_t at_ = 0;
  std::size_t old_ = 0;  // lines before at_
  std::size_t new_ = 0;
};

absl::Status RunDiff(absl::string_view input, const Arguments& arguments, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<LineEdit> edits,
                         EditsBetween(input, arguments.Text("other"), output));
  std::vector<Hunk> hunks = HunksOf(edits, static_cast<std::size_t>(arguments.Integer("context")));
  if (hunks.empty()) return absl::OkStatus();
  output.Append("--- a\n+++ b\n");
  Writer writer(edits, output);
  for (const Hunk& hunk : hunks) writer.Write(hunk);
  return output.status();
}

}  // namespace

Operation Diff() {
  return {
      .id = "diff",
      .name = "Diff",
      .aliases = {"Diff"},
      .summary =
          "What has to change to make another text of this one, line by line, in the "
          "unified format; nothing if they are the same.",
      .takes = Data::kText,
      .gives = Data::kText,
      .cost = Cost::kHeavy,
      .parameters = {{.name = "other",
                      .summary = "The other text, for instance ${a} that an earlier step keeps.",
                      .required = true},
                     {.name = "context",
                      .summary = "Lines shown around each change.",
                      .kind = Kind::kInteger,
                      .default_value = "3",
                      .max = 1000,
                      .unit = "lines"}},
      .examples = {{"a\nb\nc\n", R"(diff(other="a\nx\nc\n"))",
                    "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"}},
      .run = RunDiff};
}

}  // namespace triad::transform
