#include "runtime/json_schema/schema.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/compiler/compiler.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/json/reader.h"

namespace triad::json_schema {

Schema::Schema(std::unique_ptr<const Program> program) : program_(std::move(program)) {}

Schema::~Schema() = default;

absl::StatusOr<std::shared_ptr<const Schema>> Schema::Parse(absl::string_view text) {
  absl::StatusOr<Value> root = ReadJson(text);
  if (!root.ok()) return Annotate(root.status(), "the schema ");
  TRIAD_ASSIGN_OR_RETURN(Program program, Compiler(*root).Run());
  return std::shared_ptr<const Schema>(
      new Schema(std::make_unique<const Program>(std::move(program))));
}

absl::StatusOr<std::vector<Violation>> Schema::Validate(const Document& document,
                                                        const Limits& limits) const {
  return Evaluation(*program_, limits).Run(document.value());
}

}  // namespace triad::json_schema
