#include "services/transform/engine/families/crypto/crypto.h"

#include "services/transform/engine/families/crypto/operations.h"

namespace triad::transform {

Family CryptoFamily() {
  return {.id = "crypto",
          .summary = "Ciphers, keys and tokens.",
          .operations = {AesDecrypt(), AesEncrypt(), JwtDecode(), Pbkdf2()}};
}

}  // namespace triad::transform
