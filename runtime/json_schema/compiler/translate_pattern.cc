// ECMA 262's patterns in the syntax of RE2.
#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/compiler/pattern.h"

namespace triad::json_schema {
namespace {

// WhiteSpace and LineTerminator, of which RE2's \s has those of ASCII alone; and all else.
constexpr char kSpaces[] =
    "\\t-\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}"
    "\\x{FEFF}";
constexpr char kOtherThanSpaces[] =
    "\\x{0}-\\x{8}\\x{E}-\\x{1F}!-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}"
    "\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{FEFE}"
    "\\x{FF00}-\\x{10FFFF}";

constexpr char kAnyButLineEnds[] = "[^\\n\\r\\x{2028}\\x{2029}]";
constexpr char kEveryCharacter[] = "[\\x{0}-\\x{10FFFF}]";
constexpr char kNoCharacter[] = "[^\\x{0}-\\x{10FFFF}]";

// A letter after a backslash.
struct Escape {
  char letter;
  absl::string_view in_class;  // empty: refused there
  absl::string_view outside;   // empty: as a class of its own
};

constexpr Escape kEscapes[] = {
    {'b', "\\x08", "\\b"},       {'B', "", "\\B"},    {'d', "\\d", "\\d"}, {'D', "\\D", "\\D"},
    {'f', "\\f", "\\f"},         {'n', "\\n", "\\n"}, {'r', "\\r", "\\r"}, {'s', kSpaces, ""},
    {'S', kOtherThanSpaces, ""}, {'t', "\\t", "\\t"}, {'v', "\\v", "\\v"}, {'w', "\\w", "\\w"},
    {'W', "\\W", "\\W"},
};

bool IsHighSurrogate(std::uint32_t code) { return code >= 0xD800 && code <= 0xDBFF; }
bool IsLowSurrogate(std::uint32_t code) { return code >= 0xDC00 && code <= 0xDFFF; }

class Translator {
 public:
  explicit Translator(absl::string_view ecma) : rest_(ecma) {}

  absl::StatusOr<std::string> Run() {
    while (!rest_.empty()) TRIAD_RETURN_IF_ERROR(Next());
    return std::move(re2_);
  }

 private:
  absl::Status Next() {
    if (absl::ConsumePrefix(&rest_, "\\")) return TakeEscape();
    if (in_class_) {
      TakeInClass();
      return absl::OkStatus();
    }
    if (absl::StartsWith(rest_, "(?") && !absl::StartsWith(rest_, "(?:")) {
      return Refused("lookarounds, named groups and flags, '(?'");
    }
    TakeOutside();
    return absl::OkStatus();
  }

  void TakeOutside() {
    if (absl::ConsumePrefix(&rest_, "[^]")) {
      re2_ += kEveryCharacter;
    } else if (absl::ConsumePrefix(&rest_, "[]")) {
      re2_ += kNoCharacter;
    } else if (absl::ConsumePrefix(&rest_, ".")) {
      re2_ += kAnyButLineEnds;
    } else {
      in_class_ = rest_.front() == '[';
      Copy(in_class_ && absl::StartsWith(rest_, "[^") ? 2 : 1);
    }
  }

  void TakeInClass() {
    if (absl::ConsumePrefix(&rest_, "[")) {  // RE2 would look for "[:alpha:]"
      re2_ += "\\[";
      return;
    }
    in_class_ = rest_.front() != ']';
    Copy(1);
  }

  // After the backslash.
  absl::Status TakeEscape() {
    if (rest_.empty()) return Refused("a backslash at its end");
    char letter = rest_.front();
    rest_.remove_prefix(1);
    for (const Escape& escape : kEscapes) {
      if (escape.letter == letter) return TakeLetter(escape);
    }
    switch (letter) {
      case 'x':
        return TakeCode();
      case 'u':
        return TakeUnicode();
      case 'c':
        return TakeControl();
      case 'p':
      case 'P':
        return TakeProperty(letter);
      default:
        return TakeItself(letter);
    }
  }

  absl::Status TakeLetter(const Escape& escape) {
    if (in_class_ && (escape.in_class.empty() || (escape.outside.empty() && EndsRange()))) {
      return RefusedEscape(escape.letter);
    }
    if (in_class_) {
      absl::StrAppend(&re2_, escape.in_class);
    } else if (escape.outside.empty()) {
      absl::StrAppend(&re2_, "[", escape.in_class, "]");
    } else {
      absl::StrAppend(&re2_, escape.outside);
    }
    return absl::OkStatus();
  }

  // Whether what comes next is the end of a range, as in "[+-\s]": of several characters, the first
  // would be taken.
  bool EndsRange() const {
    return absl::EndsWith(re2_, "-") && !absl::EndsWith(re2_, "[-") &&
           !absl::EndsWith(re2_, "[^-") && !absl::EndsWith(re2_, "\\-");
  }

  absl::Status TakeItself(char letter) {
    auto byte = static_cast<unsigned char>(letter);
    bool nul = letter == '0' && (rest_.empty() || !absl::ascii_isdigit(rest_.front()));
    if (nul) {
      re2_ += "\\x{0}";
    } else if (absl::ascii_ispunct(byte)) {
      re2_ += RE2::QuoteMeta(std::string(1, letter));
    } else {
      return RefusedEscape(letter);
    }
    return absl::OkStatus();
  }

  absl::Status TakeProperty(char letter) {
    std::size_t end = rest_.find('}');
    if (!absl::StartsWith(rest_, "{") || end == absl::string_view::npos) {
      return RefusedEscape(letter);
    }
    absl::StrAppend(&re2_, "\\", std::string(1, letter));
    Copy(end + 1);
    return absl::OkStatus();
  }

  absl::Status TakeControl() {
    if (rest_.empty() || !absl::ascii_isalpha(rest_.front())) return RefusedEscape('c');
    AppendCode(static_cast<std::uint32_t>(rest_.front()) % 32);
    rest_.remove_prefix(1);
    return absl::OkStatus();
  }

  absl::Status TakeCode() {
    std::optional<std::uint32_t> code = ConsumeHex(2);
    if (!code) return RefusedEscape('x');
    AppendCode(*code);
    return absl::OkStatus();
  }

  absl::Status TakeUnicode() {
    std::optional<std::uint32_t> code = ConsumeUnicode();
    // Half of a pair: no text that is UTF-8 has it.
    if (!code || IsHighSurrogate(*code) || IsLowSurrogate(*code)) return RefusedEscape('u');
    AppendCode(*code);
    return absl::OkStatus();
  }

  // "{1F600}", "263A", or a pair of surrogates, "D83D\uDE00".
  std::optional<std::uint32_t> ConsumeUnicode() {
    if (absl::ConsumePrefix(&rest_, "{")) {
      std::optional<std::uint32_t> code = ConsumeHex(std::min(rest_.find('}'), rest_.size()));
      return absl::ConsumePrefix(&rest_, "}") ? code : std::nullopt;
    }
    std::optional<std::uint32_t> code = ConsumeHex(4);
    if (!code || !IsHighSurrogate(*code) || !absl::ConsumePrefix(&rest_, "\\u")) return code;
    std::optional<std::uint32_t> low = ConsumeHex(4);
    if (!low || !IsLowSurrogate(*low)) return std::nullopt;
    return 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
  }

  std::optional<std::uint32_t> ConsumeHex(std::size_t digits) {
    absl::string_view hex = rest_.substr(0, digits);
    std::uint32_t code = 0;
    bool all = hex.size() == digits && std::all_of(hex.begin(), hex.end(), [](char digit) {
                 return absl::ascii_isxdigit(static_cast<unsigned char>(digit));
               });
    if (!all || !absl::SimpleHexAtoi(hex, &code)) return std::nullopt;
    rest_.remove_prefix(digits);
    return code;
  }

  void AppendCode(std::uint32_t code) { absl::StrAppend(&re2_, "\\x{", absl::Hex(code), "}"); }

  void Copy(std::size_t bytes) {
    absl::StrAppend(&re2_, rest_.substr(0, bytes));
    rest_.remove_prefix(bytes);
  }

  static absl::Status Refused(absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("must be a pattern without ", what));
  }

  static absl::Status RefusedEscape(char letter) {
    bool printable = absl::ascii_isprint(static_cast<unsigned char>(letter));
    return Refused(absl::StrCat("the escape '\\", std::string(1, printable ? letter : '?'), "'"));
  }

  absl::string_view rest_;
  std::string re2_;
  bool in_class_ = false;
};

}  // namespace

absl::StatusOr<std::string> TranslatePattern(absl::string_view ecma) {
  return Translator(ecma).Run();
}

}  // namespace triad::json_schema
