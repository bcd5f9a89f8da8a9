#include "gateway/transcoding/parse/wire_writer.h"

namespace triad::gateway {

std::string WireWriter::Take() && {
  std::string whole;
  whole.reserve(final_size());
  auto late = late_.begin();
  std::size_t begin = 0;  // of the piece
  for (absl::string_view piece : bytes_.Pieces()) {
    std::size_t at = 0;
    // Its one byte is the last in front of where the message begins.
    for (; late != late_.end() && late->begin <= begin + piece.size(); ++late) {
      std::size_t place = late->begin - 1 - begin;
      whole.append(piece.data() + at, place - at);
      char length[kMaxVarintBytes];
      whole.append(length, WriteVarint(late->length, length));
      at = place + 1;
    }
    whole.append(piece.data() + at, piece.size() - at);
    begin += piece.size();
  }
  return whole;
}

}  // namespace triad::gateway
