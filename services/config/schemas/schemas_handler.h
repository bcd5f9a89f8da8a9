// SetSchema, GetSchema, ListSchemas, DeleteSchema, GetEntrySchema.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/schemas/schema_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class SchemasHandler {
 public:
  explicit SchemasHandler(SchemaStore& store) : store_(store) {}

  absl::StatusOr<v1::SetSchemaResponse> Set(rpc::Call& call, const v1::SetSchemaRequest& request);
  absl::StatusOr<v1::Schema> Get(rpc::Call& call, const v1::GetSchemaRequest& request);
  absl::StatusOr<v1::ListSchemasResponse> List(rpc::Call& call,
                                               const v1::ListSchemasRequest& request);
  absl::StatusOr<v1::DeleteSchemaResponse> Delete(rpc::Call& call,
                                                  const v1::DeleteSchemaRequest& request);
  absl::StatusOr<v1::Schema> GetOfEntry(rpc::Call& call, const v1::GetEntrySchemaRequest& request);

 private:
  SchemaStore& store_;
};

}  // namespace triad::config
