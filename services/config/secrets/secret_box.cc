#include "services/config/secrets/secret_box.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/random.h"
#include "runtime/base/sha256.h"

namespace triad::config {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

const unsigned char* In(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Out(std::string& bytes, std::size_t at = 0) {
  return reinterpret_cast<unsigned char*>(bytes.data()) + at;
}

void AppendBigEndian(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

// With the length of each part before it, so that no two names give the same bytes.
std::string AssociatedData(const EntryName& name, std::int64_t version) {
  std::string data;
  for (const std::string* part : {&name.space, &name.key}) {
    AppendBigEndian(data, part->size());
    data += *part;
  }
  AppendBigEndian(data, static_cast<std::uint64_t>(version));
  return data;
}

absl::Status CipherError(absl::string_view what) {
  return absl::InternalError(absl::StrCat("OpenSSL: ", what, " failed"));
}

std::string DecodeKey(absl::string_view text) {
  bool hex = text.size() == 2 * SecretBox::kKeyBytes &&
             std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
  if (hex) return absl::HexStringToBytes(text);
  std::string key;
  if (!absl::Base64Unescape(text, &key) && !absl::WebSafeBase64Unescape(text, &key)) key.clear();
  return key;
}

// Seals or opens one text with AES-256-GCM.
class Gcm {
 public:
  enum class Direction { kOpen = 0, kSeal = 1 };

  bool Begin(Direction direction, absl::string_view key, absl::string_view nonce,
             absl::string_view associated) {
    int ignored = 0;
    return context_ != nullptr &&
           EVP_CipherInit_ex(context_.get(), EVP_aes_256_gcm(), nullptr, In(key), In(nonce),
                             static_cast<int>(direction)) == 1 &&
           EVP_CipherUpdate(context_.get(), nullptr, &ignored, In(associated),
                            static_cast<int>(associated.size())) == 1;
  }
  bool Update(absl::string_view in, std::string& out) {
    int written = 0;
    return EVP_CipherUpdate(context_.get(), Out(out), &written, In(in),
                            static_cast<int>(in.size())) == 1;
  }
  bool SetTag(absl::string_view tag) {
    // OpenSSL only reads the tag, but asks for a pointer to non-const.
    return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes,
                               const_cast<char*>(tag.data())) == 1;
  }
  bool GetTag(unsigned char* tag) {
    return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag) == 1;
  }
  bool Finish() {
    unsigned char ignored[kTagBytes];
    int written = 0;
    return EVP_CipherFinal_ex(context_.get(), ignored, &written) == 1;
  }

 private:
  Context context_{EVP_CIPHER_CTX_new()};
};

}  // namespace

absl::StatusOr<std::unique_ptr<SecretBox>> SecretBox::FromText(absl::string_view text,
                                                               Random& random) {
  std::string key = DecodeKey(absl::StripAsciiWhitespace(text));
  if (key.size() != kKeyBytes) {
    OPENSSL_cleanse(key.data(), key.size());
    return absl::InvalidArgumentError("a key is 32 bytes as 64 hex digits or as base64");
  }
  return FromBytes(std::move(key), random);
}

std::unique_ptr<SecretBox> SecretBox::FromBytes(std::string key, Random& random) {
  return std::unique_ptr<SecretBox>(new SecretBox(std::move(key), random));
}

std::string SecretBox::NewKeyText(Random& random) {
  return absl::StrCat(absl::BytesToHexString(random.Bytes(kKeyBytes)), "\n");
}

SecretBox::SecretBox(std::string key, Random& random)
    : key_(std::move(key)), key_id_(Sha256::Of(key_).hex().substr(0, 16)), random_(random) {}

SecretBox::~SecretBox() { OPENSSL_cleanse(key_.data(), key_.size()); }

absl::StatusOr<Sealed> SecretBox::Seal(absl::string_view plaintext, const EntryName& name,
                                       std::int64_t version) const {
  Sealed sealed{key_id_, random_.Bytes(kNonceBytes), std::string()};
  sealed.ciphertext.resize(plaintext.size() + kTagBytes);
  Gcm gcm;
  if (!gcm.Begin(Gcm::Direction::kSeal, key_, sealed.nonce, AssociatedData(name, version)) ||
      !gcm.Update(plaintext, sealed.ciphertext) || !gcm.Finish() ||
      !gcm.GetTag(Out(sealed.ciphertext, plaintext.size()))) {
    return CipherError("encryption");
  }
  return sealed;
}

absl::StatusOr<std::string> SecretBox::Open(const Sealed& sealed, const EntryName& name,
                                            std::int64_t version) const {
  if (sealed.key_id != key_id_) {
    return absl::FailedPreconditionError(
        absl::StrCat("sealed with key ", sealed.key_id, ", the key here is ", key_id_));
  }
  absl::string_view bytes = sealed.ciphertext;
  if (sealed.nonce.size() != kNonceBytes || bytes.size() < kTagBytes) {
    return absl::DataLossError("a sealed value is too short");
  }
  absl::string_view body = bytes.substr(0, bytes.size() - kTagBytes);
  std::string plaintext(body.size(), '\0');
  Gcm gcm;
  if (!gcm.Begin(Gcm::Direction::kOpen, key_, sealed.nonce, AssociatedData(name, version)) ||
      !gcm.Update(body, plaintext) || !gcm.SetTag(bytes.substr(body.size()))) {
    return CipherError("decryption");
  }
  if (!gcm.Finish()) {
    OPENSSL_cleanse(plaintext.data(), plaintext.size());
    return absl::DataLossError("a sealed value was changed, or belongs to another entry");
  }
  return plaintext;
}

}  // namespace triad::config
