// Holds the catalogue in docs/transform.md to that of the program.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/transform/engine/catalogue.h"

namespace triad::transform {
namespace {

constexpr char kBegin[] = "<!-- operations: made by services_transform_docs_test --write -->\n";
constexpr char kEnd[] = "<!-- end of operations -->\n";

std::string Code(absl::string_view text) {
  std::string shown = absl::StrReplaceAll(text, {{"\n", "⏎"}, {"\r", "␍"}, {"\t", "⇥"}});
  if (shown.empty()) return "(nothing)";
  return absl::StrContains(shown, '`') ? absl::StrCat("`` ", shown, " ``")
                                       : absl::StrCat("`", shown, "`");
}

std::string Text(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"|", "\\|"}, {"<", "&lt;"}, {">", "&gt;"}, {"*", "\\*"}, {"_", "\\_"}, {"`", "\\`"}});
}

std::string FormatValues(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::kText:
      return "text";
    case Kind::kBytes:
      return "bytes";
    case Kind::kInteger: {
      bool open = parameter.max == std::numeric_limits<std::int64_t>::max();
      std::string unit = parameter.unit.empty() ? "" : absl::StrCat(" ", parameter.unit);
      return absl::StrCat(parameter.min, open ? " or more" : absl::StrCat(" to ", parameter.max),
                          unit);
    }
    case Kind::kFlag:
      return "true, false";
    case Kind::kChoice:
      return absl::StrJoin(parameter.choices, ", ");
    case Kind::kSecret:
      return "secret";
  }
  return "";
}

std::string FormatParameter(const Parameter& parameter) {
  std::string value = parameter.required
                          ? "required"
                          : absl::StrReplaceAll(Code(parameter.default_value), {{"|", "\\|"}});
  return absl::StrCat("| ", Code(parameter.name), " | ", FormatValues(parameter), " | ", value,
                      " | ", Text(parameter.summary), " |\n");
}

std::string FormatOperation(const Operation& operation) {
  constexpr absl::string_view kCosts[] = {"light", "medium", "heavy"};
  auto data = [](Data kind) { return kind == Data::kText ? "text" : "bytes"; };
  std::string section = absl::StrCat("#### ", operation.id, "\n\n", Text(operation.summary), " ",
                                     data(operation.takes), " → ", data(operation.gives), ", ",
                                     kCosts[static_cast<std::size_t>(operation.cost)]);
  if (operation.streams()) section += ", streams";
  if (!operation.inverse.empty())
    absl::StrAppend(&section, ", undone by `", operation.inverse, "`");
  if (!operation.aliases.empty()) {
    absl::StrAppend(&section, ". Also ", Code(absl::StrJoin(operation.aliases, "`, `")));
  }
  section += ".\n\n";
  bool header = false;
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.name == "invalid") continue;
    if (!std::exchange(header, true))
      section += "| parameter | values | default | |\n|---|---|---|---|\n";
    section += FormatParameter(parameter);
  }
  if (header) section += "\n";
  for (const Example& example : operation.examples) {
    absl::StrAppend(&section, "- ", Code(example.recipe), ": ", Code(example.input), " → ",
                    Code(example.output), "\n");
  }
  return section + "\n";
}

std::string FormatCatalogue() {
  std::string text = "\n";
  for (const Family& family : AllFamilies()) {
    absl::StrAppend(&text, "### ", family.id, "\n\n", Text(family.summary), "\n\n");
    for (const Operation& operation : family.operations) text += FormatOperation(operation);
  }
  return text;
}

std::string Read() {
  std::ifstream file(TRIAD_TRANSFORM_DOCS);
  return {std::istreambuf_iterator<char>(file), {}};
}

// `text` with the part between the marks made anew.
std::string Updated(const std::string& text) {
  std::size_t begin = text.find(kBegin);
  std::size_t end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos) return "the marks are not there";
  begin += sizeof(kBegin) - 1;
  return text.substr(0, begin) + FormatCatalogue() + text.substr(end);
}

TEST(DocsTest, DescribeTheCatalogue) {
  EXPECT_TRUE(Updated(Read()) == Read()) << "services_transform_docs_test --write makes it anew";
}

void Write() {
  std::string text = Updated(Read());
  std::ofstream(TRIAD_TRANSFORM_DOCS) << text;
}

}  // namespace
}  // namespace triad::transform

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--write") {
    triad::transform::Write();
    return 0;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
