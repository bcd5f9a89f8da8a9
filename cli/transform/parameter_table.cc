#include "cli/transform/parameter_table.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/output/table.h"

namespace triad::cli {

namespace v1 = transform::v1;

namespace {

std::string RangeText(const v1::Parameter& parameter) {
  using Bounds = std::numeric_limits<std::int64_t>;
  bool has_min = parameter.min() != Bounds::min();
  bool has_max = parameter.max() != Bounds::max();
  if (!has_min) return has_max ? absl::StrCat("at most ", parameter.max()) : "any whole number";
  return absl::StrCat(parameter.min(),
                      has_max ? absl::StrCat(" to ", parameter.max()) : " or more");
}

std::string ValuesText(const v1::Parameter& parameter) {
  switch (parameter.kind()) {
    case v1::Parameter::KIND_BYTES:
      return "bytes";
    case v1::Parameter::KIND_INTEGER:
      return absl::StrCat(RangeText(parameter), parameter.unit().empty() ? "" : " ",
                          parameter.unit());
    case v1::Parameter::KIND_FLAG:
      return "true, false";
    case v1::Parameter::KIND_CHOICE:
      return absl::StrJoin(parameter.choices(), ", ");
    case v1::Parameter::KIND_SECRET:
      return "secret";
    default:
      return "text";
  }
}

}  // namespace

void WriteParameters(const Session& session,
                     const google::protobuf::RepeatedPtrField<v1::Parameter>& all) {
  if (all.empty()) return;
  session.Write("\n");
  std::vector<Row> rows;
  for (const v1::Parameter& one : all) {
    rows.push_back({{one.name(), Style::kCyan},
                    {one.required() ? "(required)" : OneLine(one.default_value())},
                    {OneLine(one.description())},
                    {ValuesText(one), Style::kDim}});
  }
  TableWriter({"PARAMETER", "DEFAULT", "MEANS", "VALUES"}, session.colours(), session.sink())
      .Write(rows);
}

}  // namespace triad::cli
