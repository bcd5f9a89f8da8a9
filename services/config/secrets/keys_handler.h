// RotateDataKey, GetKeyring, RotateKeyEncryptionKey.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/secrets/key_rotator.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class KeysHandler {
 public:
  explicit KeysHandler(KeyRotator& rotator) : rotator_(rotator) {}

  absl::StatusOr<v1::DataKey> RotateDataKey(rpc::Call& call,
                                            const v1::RotateDataKeyRequest& request);
  absl::StatusOr<v1::Keyring> Get(rpc::Call& call, const v1::GetKeyringRequest& request);
  absl::StatusOr<v1::Keyring> RotateKeyEncryptionKey(
      rpc::Call& call, const v1::RotateKeyEncryptionKeyRequest& request);

 private:
  KeyRotator& rotator_;
};

}  // namespace triad::config
