// Every line of the files by which Unicode tells what is right, and every code point that they do
// not name, goes through our operations. Debian's package unicode-data has the files.
#include <gtest/gtest.h>
#include <stdio.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/support/characters.h"
#include "services/transform/engine/worker.h"

namespace triad::transform {
namespace {

using Texts = std::vector<std::string>;

// Debian packs some files and not others: bzip2 passes on what is not packed.
std::string ContentOf(const std::string& file) {
  std::string command = absl::StrCat("bzip2 -dcf " TRIAD_UNICODE_DATA "/", file, "*");
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string content;
  std::array<char, 65536> piece{};
  for (std::size_t size = 1; size > 0;) {
    size = fread(piece.data(), 1, piece.size(), pipe.get());
    content.append(piece.data(), size);
  }
  return content;
}

// The lines of `file`, cut at `separator` into fields, without comments. The file has to be of the
// Unicode that ICU knows, as each version changes what is right for its new characters.
std::vector<Texts> RowsOf(const std::string& file, const std::string& separator) {
  std::string content = ContentOf(absl::StrCat(file, ".txt"));
  std::string title = content.substr(0, content.find('\n'));
  std::string name = file.substr(file.rfind('/') + 1);
  EXPECT_FALSE(title.empty()) << "install Debian's packages unicode-data and bzip2: there is no "
                              << TRIAD_UNICODE_DATA "/" << file << ".txt";
  EXPECT_TRUE(absl::StartsWith(title, absl::StrCat("# ", name, "-" U_UNICODE_VERSION ".")))
      << "the file says that it is '" << title << "', and ICU knows Unicode " U_UNICODE_VERSION
      << ": take the package unicode-data of the same release of Debian as libicu-dev";
  std::vector<Texts> rows;
  for (absl::string_view line : absl::StrSplit(content, '\n')) {
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (!line.empty() && line[0] != '@') rows.push_back(absl::StrSplit(line, separator));
  }
  return rows;
}

char32_t CodePointOf(absl::string_view hex) {
  std::uint32_t code = 0;
  EXPECT_TRUE(absl::SimpleHexAtoi(hex, &code)) << hex;
  return code;
}

// "0044 0307" as text.
std::string TextOf(absl::string_view codes) {
  std::string text;
  for (absl::string_view hex : absl::StrSplit(codes, ' ', absl::SkipEmpty())) {
    AppendUtf8(CodePointOf(hex), text);
  }
  return text;
}

// All that `known` does not have, each as a text of its own, but the end of a line.
Texts OtherCodePoints(const std::set<char32_t>& known) {
  Texts others;
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code == '\n' || !IsCharacter(code) || known.count(code) != 0) continue;
    AppendUtf8(code, others.emplace_back());
  }
  return others;
}

// An operation with its arguments, as a step of a recipe runs it.
class OneStep {
 public:
  explicit OneStep(std::string text)
      : text_(std::move(text)), step_(Plan(*ParseRecipe(text_), 1)->front()) {}

  std::string Of(absl::string_view input) const {
    Output output({}, memory_, NeverCancelled);
    absl::Status status = RunOperation(*step_.operation, step_.arguments, input, output);
    EXPECT_TRUE(status.ok()) << text_ << " of '" << absl::CHexEscape(input) << "': " << status;
    return output.TakeBytes();
  }

  // All at once, a line each: in pieces, as a large input is.
  void GivesOfEach(const Texts& inputs, const Texts& wanted) const {
    ASSERT_EQ(inputs.size(), wanted.size());
    Texts given = absl::StrSplit(Of(absl::StrJoin(inputs, "\n")), '\n');
    ASSERT_EQ(given.size(), wanted.size()) << text_;
    auto differs = std::mismatch(given.begin(), given.end(), wanted.begin()).first;
    if (differs == given.end()) return;
    auto at = static_cast<std::size_t>(differs - given.begin());
    ADD_FAILURE() << text_ << " of '" << absl::CHexEscape(inputs[at]) << "' gives '"
                  << absl::CHexEscape(given[at]) << "', not '" << absl::CHexEscape(wanted[at])
                  << "'";
  }

 private:
  mutable RunningBytes memory_{std::int64_t{1} << 30};
  const std::string text_;
  const PlannedStep step_;
};

// ÷ 0020 × 0308 ÷ 0020 ÷
TEST(UnicodeConformanceTest, GraphemeClustersAreThoseOfTheFile) {
  OneStep reverse("reverse");
  OneStep count("count(what=graphemes)");
  std::vector<Texts> rows = RowsOf("auxiliary/GraphemeBreakTest", "÷");
  EXPECT_GT(rows.size(), 500);
  for (const Texts& row : rows) {
    Texts clusters;
    for (const std::string& field : row) {
      std::string cluster = TextOf(absl::StrJoin(absl::StrSplit(field, "×"), " "));
      if (!cluster.empty()) clusters.push_back(std::move(cluster));
    }
    std::string text = absl::StrJoin(clusters, "");
    std::string of = absl::CHexEscape(text);
    EXPECT_EQ(count.Of(text), absl::StrCat(clusters.size())) << of;
    std::reverse(clusters.begin(), clusters.end());
    EXPECT_EQ(absl::CHexEscape(reverse.Of(text)), absl::CHexEscape(absl::StrJoin(clusters, "")))
        << of;
  }
}

// source;NFC;NFD;NFKC;NFKD
struct FormRow {
  const char* form;
  std::size_t of_canonical;      // the column that the first three become
  std::size_t of_compatibility;  // the column that the last two become
};

constexpr FormRow kForms[] = {{"nfc", 1, 3}, {"nfd", 2, 4}, {"nfkc", 3, 3}, {"nfkd", 4, 4}};
constexpr std::size_t kColumns = 5;

TEST(UnicodeConformanceTest, NormalFormsAreThoseOfTheFile) {
  std::vector<Texts> columns(kColumns);
  std::set<char32_t> known;
  for (const Texts& row : RowsOf("NormalizationTest", ";")) {
    ASSERT_GE(row.size(), kColumns);
    for (std::size_t i = 0; i < kColumns; ++i) columns[i].push_back(TextOf(row[i]));
    if (row[0].find(' ') == std::string::npos) known.insert(CodePointOf(row[0]));
  }
  EXPECT_GT(columns[0].size(), 18'000);
  Texts others = OtherCodePoints(known);
  for (const FormRow& row : kForms) {
    OneStep normalize(absl::StrCat("normalize(form=", row.form, ")"));
    for (std::size_t i = 0; i < kColumns; ++i) {
      normalize.GivesOfEach(columns[i], columns[i < 3 ? row.of_canonical : row.of_compatibility]);
    }
    normalize.GivesOfEach(others, others);
  }
}

// 00DF; F; 0073 0073; of which C and F are full folding, S and T other ones.
TEST(UnicodeConformanceTest, CaseFoldsAsInTheFile) {
  OneStep fold("change-case(case=fold)");
  Texts unfolded;
  Texts folded;
  std::set<char32_t> known;
  for (const Texts& row : RowsOf("CaseFolding", "; ")) {
    ASSERT_GE(row.size(), 3);
    if (row[1] != "C" && row[1] != "F") continue;
    known.insert(CodePointOf(row[0]));
    unfolded.push_back(TextOf(row[0]));
    folded.push_back(TextOf(absl::StripSuffix(row[2], ";")));
  }
  EXPECT_GT(unfolded.size(), 1'500);
  fold.GivesOfEach(unfolded, folded);
  Texts others = OtherCodePoints(known);
  fold.GivesOfEach(others, others);
}

}  // namespace
}  // namespace triad::transform
