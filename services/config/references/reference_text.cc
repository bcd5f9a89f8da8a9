#include "services/config/references/reference_text.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

constexpr absl::string_view kBegin = "${";
constexpr absl::string_view kEscaped = "$${";
constexpr absl::string_view kReference = "${namespaces/";

// Appends what stands for the reference that `rest` begins with, and returns its length.
absl::StatusOr<std::size_t> AppendReplaced(absl::string_view rest, ReplaceReference replace,
                                           std::string& out) {
  std::size_t end = rest.find('}');
  absl::StatusOr<EntryName> name =
      ParseEntryName("reference", rest.substr(kBegin.size(), end - kBegin.size()));
  if (end == absl::string_view::npos || !name.ok()) {
    return absl::InvalidArgumentError(
        "has a reference that is not ${namespaces/{namespace}/entries/{key}}; for text that only "
        "looks like one write $${");
  }
  TRIAD_ASSIGN_OR_RETURN(std::string replaced, replace(*name));
  out += replaced;
  return end + 1;
}

// The end of the string of a JSON document that begins at `begin`, behind its closing quote.
std::size_t EndOfString(absl::string_view json, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
}

bool IsMemberName(absl::string_view json, std::size_t end) {
  std::size_t next = json.find_first_not_of(" \t\r\n", end);
  return next != absl::string_view::npos && json[next] == ':';
}

// `literal` is a string of a JSON document, with its quotes.
absl::StatusOr<std::string> ReplaceInLiteral(absl::string_view literal, ReplaceReference replace) {
  nlohmann::json parsed = nlohmann::json::parse(literal, nullptr, false);
  if (!parsed.is_string()) return std::string(literal);
  const std::string& text = parsed.get_ref<const std::string&>();
  if (!absl::StrContains(text, kBegin)) return std::string(literal);
  TRIAD_ASSIGN_OR_RETURN(std::string replaced, ReplaceInText(text, replace));
  return nlohmann::json(std::move(replaced))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

absl::StatusOr<std::string> ReplaceInText(absl::string_view text, ReplaceReference replace) {
  std::string out;
  while (!text.empty()) {
    std::size_t dollar = std::min(text.find('$'), text.size());
    out.append(text.data(), dollar);
    text.remove_prefix(dollar);
    std::size_t taken = std::min<std::size_t>(1, text.size());
    if (absl::StartsWith(text, kEscaped)) {
      absl::StrAppend(&out, kBegin);
      taken = kEscaped.size();
    } else if (absl::StartsWith(text, kReference)) {
      TRIAD_ASSIGN_OR_RETURN(taken, AppendReplaced(text, replace, out));
    } else {
      out.append(text.data(), taken);
    }
    text.remove_prefix(taken);
  }
  return out;
}

absl::StatusOr<std::string> ReplaceInJson(absl::string_view json, ReplaceReference replace) {
  std::string out;
  std::size_t at = 0;
  while (at < json.size()) {
    std::size_t quote = std::min(json.find('"', at), json.size());
    out.append(json.data() + at, quote - at);
    at = quote;
    if (at == json.size()) break;
    std::size_t end = EndOfString(json, at);
    absl::string_view literal = json.substr(at, end - at);
    if (IsMemberName(json, end)) {
      out.append(literal.data(), literal.size());
    } else {
      TRIAD_ASSIGN_OR_RETURN(std::string replaced, ReplaceInLiteral(literal, replace));
      out += replaced;
    }
    at = end;
  }
  return out;
}

}  // namespace triad::config
