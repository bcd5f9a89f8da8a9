#include "services/storage/model/object.h"

namespace triad::storage {
namespace {

std::size_t BytesOf(const std::map<std::string, std::string>& pairs) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : pairs) bytes += key.size() + value.size();
  return bytes;
}

}  // namespace

std::size_t DescriptionBytes(const Object& object) {
  // Times, sums and the names of fields.
  constexpr std::size_t kRest = 256;
  const Properties& properties = object.properties;
  const ContentHeaders& headers = properties.headers;
  return kRest + object.name.bucket.size() + object.name.object.size() +
         object.content_type.size() + headers.cache_control.size() +
         headers.content_disposition.size() + headers.content_encoding.size() +
         headers.content_language.size() + headers.expires.size() + BytesOf(properties.metadata) +
         BytesOf(properties.tags) + BytesOf(properties.checksums);
}

}  // namespace triad::storage
