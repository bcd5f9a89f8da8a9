#include <algorithm>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/config/model/entry_name.h"
#include "services/config/transfer/formats/file_writer.h"

namespace triad::config {
namespace {

bool IsSimple(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("_./:@%+,=-", absl::string_view(&c, 1));
  });
}

// dotenv knows no escape for a quote, and takes a backslash before one for more of the value.
bool FitsBetween(char quote, absl::string_view text) {
  return !absl::StrContains(text, quote) && !absl::EndsWith(text, "\\");
}

// Single quotes and backticks escape nothing, and a carriage return in a file is a line's end.
bool FitsAsItIs(char quote, absl::string_view text) {
  return FitsBetween(quote, text) && !absl::StrContains(text, '\r');
}

bool FitsInDoubleQuotes(absl::string_view text) {
  return FitsBetween('"', text) && !absl::StrContains(text, "\\n") &&
         !absl::StrContains(text, "\\r");
}

bool FitsWithoutQuotes(absl::string_view text) {
  bool ends = !text.empty() && absl::ascii_isgraph(text.front()) &&
              absl::ascii_isgraph(text.back()) && !absl::StrContains("'\"`", text.substr(0, 1));
  return ends && text.find_first_of("#\r\n") == absl::string_view::npos && text != kMask;
}

// The text in quotes, if it needs some; empty if dotenv cannot read it back.
std::string Written(absl::string_view text) {
  if (IsSimple(text)) return std::string(text);
  for (char quote : {'\'', '`'}) {
    if (!FitsAsItIs(quote, text)) continue;
    absl::string_view mark(&quote, 1);
    return absl::StrCat(mark, text, mark);
  }
  if (FitsInDoubleQuotes(text)) {
    return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\r", "\\r"}}), "\"");
  }
  return FitsWithoutQuotes(text) ? std::string(text) : "";
}

class EnvWriter final : public FileWriter {
 public:
  std::string Begin() override { return ""; }

  absl::StatusOr<std::string> Add(const Entry& entry) override {
    const std::string* text = std::get_if<std::string>(&entry.value);
    if (text == nullptr) return Refused(entry, "is no string");
    // Without quotes it is the mask.
    bool masked = entry.secret && *text == kMask;
    std::string written = masked ? *text : Written(*text);
    if (written.empty() && !text->empty()) {
      return Refused(entry, "has quotes and backslashes that .env cannot say");
    }
    return absl::StrCat(entry.name.key, "=", written, "\n");
  }

  std::string End() override { return ""; }

 private:
  static absl::Status Refused(const Entry& entry, absl::string_view why) {
    return absl::FailedPreconditionError(
        absl::StrCat(FormatEntryName(entry.name), " ", why, ": export JSON or YAML"));
  }
};

}  // namespace

std::unique_ptr<FileWriter> NewEnvWriter() { return std::make_unique<EnvWriter>(); }

}  // namespace triad::config
