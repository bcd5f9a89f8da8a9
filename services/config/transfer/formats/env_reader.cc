#include "services/config/transfer/formats/env_reader.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

constexpr std::size_t kBuffer = 64 << 10;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr absl::string_view kExport = "export ";

// The lines of a file, which end with LF, CRLF or CR.
class Lines {
 public:
  explicit Lines(const ByteSource& source) : source_(source), buffer_(kBuffer) {}

  // nullopt at the end.
  std::optional<std::string> Next() {
    std::string line;
    std::optional<char> c = Take();
    if (!c.has_value()) return std::nullopt;
    ++number_;
    for (; c.has_value() && *c != '\n' && *c != '\r'; c = Take()) line += *c;
    if (c == '\r' && Peek() == '\n') Take();
    return line;
  }
  // Of the line that was read last, from 1.
  std::int32_t number() const { return number_; }

 private:
  std::optional<char> Peek() {
    if (at_ == size_) {
      at_ = 0;
      size_ = source_(buffer_.data(), buffer_.size());
    }
    if (size_ == 0) return std::nullopt;
    return buffer_[at_];
  }
  std::optional<char> Take() {
    std::optional<char> c = Peek();
    if (c.has_value()) ++at_;
    return c;
  }

  const ByteSource& source_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::int32_t number_ = 0;
};

std::int32_t CharactersIn(absl::string_view text) {
  std::int32_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

// Where the quote ends; npos if it does not. One after a backslash does not end it.
std::size_t EndOfQuote(absl::string_view text, char quote) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == quote && (i == 0 || text[i - 1] != '\\')) return i;
  }
  return absl::string_view::npos;
}

class Reader {
 public:
  Reader(const ByteSource& source, const ValueLimits& limits, const TakeEntry& take)
      : lines_(source), limits_(limits), take_(take) {}

  absl::Status Read() {
    while (std::optional<std::string> line = lines_.Next()) {
      absl::string_view rest = *line;
      if (lines_.number() == 1) absl::ConsumePrefix(&rest, kByteOrderMark);
      absl::string_view text = absl::StripAsciiWhitespace(rest);
      if (text.empty() || text.front() == '#') continue;
      TRIAD_RETURN_IF_ERROR(ReadEntry(rest));
    }
    return absl::OkStatus();
  }

 private:
  // Where the rest of the line that was read last begins.
  FilePosition Place(absl::string_view line, absl::string_view rest) const {
    absl::string_view before = line.substr(0, line.size() - rest.size());
    return {lines_.number(), CharactersIn(before) + 1};
  }

  absl::Status ReadEntry(absl::string_view line) {
    absl::string_view rest = absl::StripLeadingAsciiWhitespace(line);
    if (absl::ConsumePrefix(&rest, kExport)) rest = absl::StripLeadingAsciiWhitespace(rest);
    FileEntry entry;
    entry.at = Place(line, rest);
    std::size_t equals = rest.find('=');
    if (equals == absl::string_view::npos) return RefusedAt(entry.at, "", "is no KEY=value");
    entry.key = std::string(absl::StripTrailingAsciiWhitespace(rest.substr(0, equals)));
    if (absl::Status checked = CheckKey("key", entry.key); !checked.ok()) {
      return RefusedAt(entry.at, "", checked.message());
    }
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(equals + 1));
    FilePosition value_at = Place(line, rest);
    bool quoted = !rest.empty() && absl::string_view("'\"`").find(rest.front()) != rest.npos;
    absl::StatusOr<std::string> value =
        quoted ? Quoted(entry.key, value_at, rest)
               : std::string(absl::StripAsciiWhitespace(rest.substr(0, rest.find('#'))));
    if (!value.ok()) return std::move(value).status();
    return Take(std::move(entry), value_at, *std::move(value), !quoted);
  }

  // A value that begins with a quote, to the quote that ends it, perhaps on a later line.
  absl::StatusOr<std::string> Quoted(const std::string& key, FilePosition at,
                                     absl::string_view rest) {
    char quote = rest.front();
    std::string text(rest.substr(1));
    std::size_t line_begin = 0;
    std::size_t end = EndOfQuote(text, quote);
    while (end == std::string::npos) {
      std::optional<std::string> line = lines_.Next();
      if (!line.has_value() || static_cast<std::int64_t>(text.size()) > limits_.max_value_bytes) {
        return RefusedAt(at, key, "has a value whose quote does not end, or is too long");
      }
      line_begin = text.size() + 1;
      absl::StrAppend(&text, "\n", *line);
      std::size_t in_line = EndOfQuote(absl::string_view(text).substr(line_begin), quote);
      if (in_line != std::string::npos) end = line_begin + in_line;
    }
    absl::string_view after = absl::string_view(text).substr(end + 1);
    absl::string_view behind = absl::StripLeadingAsciiWhitespace(after);
    if (!behind.empty() && behind.front() != '#') {
      bool first_line = line_begin == 0;
      FilePosition place{lines_.number(),
                         (first_line ? at.column + 1 : 1) +
                             CharactersIn(absl::string_view(text).substr(
                                 line_begin, text.size() - behind.size() - line_begin))};
      return RefusedAt(place, key, "has something behind the quote that ends its value");
    }
    text.resize(end);
    if (quote != '"') return text;
    return absl::StrReplaceAll(text, {{"\\n", "\n"}, {"\\r", "\r"}});
  }

  absl::Status Take(FileEntry entry, FilePosition at, std::string value, bool plain) {
    if (!IsValidUtf8(value)) return RefusedAt(at, entry.key, "has a value that is no UTF-8");
    entry.secret = plain && value == kMask;
    if (!entry.secret) {
      entry.value = std::move(value);
      absl::Status checked = CheckValue("value", *entry.value, limits_);
      if (!checked.ok()) return RefusedAt(at, entry.key, checked.message());
    }
    return take_(std::move(entry));
  }

  Lines lines_;
  const ValueLimits& limits_;
  const TakeEntry& take_;
};

}  // namespace

absl::Status ReadEnv(const ByteSource& source, const ValueLimits& limits, const TakeEntry& take) {
  return Reader(source, limits, take).Read();
}

}  // namespace triad::config
