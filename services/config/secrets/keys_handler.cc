#include "services/config/secrets/keys_handler.h"

#include <string>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/rpc/timestamps.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"
#include "services/config/secrets/data_keys.h"

namespace triad::config {
namespace {

v1::Keyring ToProto(KeyringState state) {
  v1::Keyring proto;
  for (KeyUse& use : state.keys) {
    v1::KeyEncryptionKey& key = *proto.add_keys();
    key.set_id(std::move(use.id));
    key.set_primary(proto.keys_size() == 1);
    key.set_data_keys(use.data_keys);
    key.set_values(use.values);
  }
  proto.set_pending(state.pending);
  return proto;
}

}  // namespace

absl::StatusOr<v1::DataKey> KeysHandler::RotateDataKey(rpc::Call&,
                                                       const v1::RotateDataKeyRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string space, ParseParent("name", request.name()));
  DryRun dry_run = DryRunOf(request.validate_only());
  TRIAD_ASSIGN_OR_RETURN(DataKeyRow row, rotator_.RotateDataKey(space, dry_run));
  v1::DataKey key;
  key.set_name(FormatDataKeyName(row));
  key.set_key_encryption_key(row.wrapped.key_id);
  *key.mutable_create_time() = rpc::TimeToProto(row.create_time);
  return key;
}

absl::StatusOr<v1::Keyring> KeysHandler::Get(rpc::Call& call, const v1::GetKeyringRequest&) {
  TRIAD_RETURN_IF_ERROR(call.CheckToken());
  TRIAD_ASSIGN_OR_RETURN(KeyringState state, rotator_.Read());
  return ToProto(std::move(state));
}

absl::StatusOr<v1::Keyring> KeysHandler::RotateKeyEncryptionKey(
    rpc::Call&, const v1::RotateKeyEncryptionKeyRequest& request) {
  DryRun dry_run = DryRunOf(request.validate_only());
  TRIAD_ASSIGN_OR_RETURN(KeyringState state, rotator_.RotateKeyEncryptionKey(dry_run));
  return ToProto(std::move(state));
}

}  // namespace triad::config
