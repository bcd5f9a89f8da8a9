#include "services/config/schemas/schemas_handler.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "runtime/rpc/timestamps.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"
#include "services/config/schemas/schema_name.h"

namespace triad::config {
namespace {

constexpr int kConflict = 409;

v1::Schema ToProto(StoredSchema row) {
  v1::Schema proto;
  proto.set_name(FormatSchemaName({std::move(row.space), std::move(row.name)}));
  proto.set_pattern(std::move(row.pattern));
  proto.set_json_schema(std::move(row.json_schema));
  *proto.mutable_create_time() = rpc::TimeToProto(row.create_time);
  *proto.mutable_update_time() = rpc::TimeToProto(row.update_time);
  return proto;
}

absl::StatusOr<StoredSchema> FromProto(const v1::Schema& schema) {
  TRIAD_ASSIGN_OR_RETURN(SchemaName name, ParseSchemaName("schema.name", schema.name()));
  TRIAD_RETURN_IF_ERROR(KeyPattern::Check("schema.pattern", schema.pattern()));
  if (schema.json_schema().size() > kMaxSchemaBytes) {
    return InvalidField("schema.json_schema",
                        absl::StrCat("must be at most ", kMaxSchemaBytes, " bytes; it has ",
                                     schema.json_schema().size()));
  }
  return StoredSchema{std::move(name.space), std::move(name.schema), schema.pattern(),
                      schema.json_schema()};
}

}  // namespace

absl::StatusOr<v1::SetSchemaResponse> SchemasHandler::Set(rpc::Call& call,
                                                          const v1::SetSchemaRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(StoredSchema row, FromProto(request.schema()));
  std::string space = row.space;
  TRIAD_ASSIGN_OR_RETURN(
      SchemaSettingResult result,
      store_.Set({std::move(row), request.force(), DryRunOf(request.validate_only())}));
  v1::SetSchemaResponse response;
  response.set_committed(result.schema.has_value());
  response.set_more_violations(result.more_violations);
  for (EntryViolation& one : result.violations) {
    v1::SchemaViolation& violation = *response.add_violations();
    violation.set_entry(FormatEntryName({space, std::move(one.key)}));
    violation.set_pointer(std::move(one.pointer));
    violation.set_rule(std::move(one.rule));
  }
  if (result.schema.has_value()) {
    *response.mutable_schema() = ToProto(*std::move(result.schema));
  } else {
    call.SetHttpStatus(kConflict);
  }
  return response;
}

absl::StatusOr<v1::Schema> SchemasHandler::Get(rpc::Call&, const v1::GetSchemaRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(SchemaName name, ParseSchemaName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(StoredSchema row, store_.Get(name));
  return ToProto(std::move(row));
}

absl::StatusOr<v1::ListSchemasResponse> SchemasHandler::List(
    rpc::Call&, const v1::ListSchemasRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string space, ParseParent("parent", request.parent()));
  TRIAD_ASSIGN_OR_RETURN(std::int32_t limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string after,
                         rpc::ParsePageToken({request.parent()}, request.page_token()));
  TRIAD_ASSIGN_OR_RETURN(SchemaPage page, store_.List(space, after, limit));
  v1::ListSchemasResponse response;
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken({request.parent()}, page.schemas.back().name));
  }
  for (StoredSchema& row : page.schemas) *response.add_schemas() = ToProto(std::move(row));
  return response;
}

absl::StatusOr<v1::DeleteSchemaResponse> SchemasHandler::Delete(
    rpc::Call&, const v1::DeleteSchemaRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(SchemaName name, ParseSchemaName("name", request.name()));
  TRIAD_RETURN_IF_ERROR(store_.Delete(name, DryRunOf(request.validate_only())));
  return v1::DeleteSchemaResponse();
}

absl::StatusOr<v1::Schema> SchemasHandler::GetOfEntry(rpc::Call&,
                                                      const v1::GetEntrySchemaRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryName name, ParseEntryName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(StoredSchema row, store_.For(name));
  return ToProto(std::move(row));
}

}  // namespace triad::config
