// Which answers are compressed on their way.
#pragma once

#include <cstddef>

#include "gateway/routing/router.h"
#include "runtime/http/coding/coding.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Smaller ones are not worth it.
inline constexpr std::size_t kMinCodedBytes = 1024;

// What a client takes, as its request says.
struct AcceptedCodings {
  http::Coding whole = http::Coding::kIdentity;  // of an answer that is had whole: the best
  bool gzip = false;                             // for one in pieces
  // That of the entity tag in If-None-Match.
  http::Coding tag = http::Coding::kIdentity;
};

AcceptedCodings CodingsOf(const http::Headers& request);

// Whether the answer with `head` may be compressed: not part of one, what is compressed already or
// not worth it by its type, what has a digest of its bytes, what must not be transformed, and what
// carries a secret, whose length would tell of it.
bool MayBeCoded(const Route& route, const http::ResponseHead& head);

// Makes `head`, for which MayBeCoded is true, that of an answer in `coding`, or as it is: caches
// are told that there are others, and a strong entity tag says which one this is.
void SetCoding(http::ResponseHead& head, http::Coding coding);

// The tag of a 304 is that of the answer that the client has, which was in `coding`.
void SetTagCoding(http::ResponseHead& head, http::Coding coding);

}  // namespace triad::gateway
