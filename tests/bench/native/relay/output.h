// Bytes on their way to a socket.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::bench {

class Output {
 public:
  // Copies `bytes`.
  void Append(absl::string_view bytes);
  // `bytes` stay where they are until they are written; only few of them are copied, which takes
  // less than the system takes for one more piece.
  void AppendLasting(absl::string_view bytes);

  bool empty() const { return pieces_.empty(); }

  // Writes as much as `socket` takes. False if the connection is broken.
  bool WriteTo(int socket);

 private:
  struct Piece {
    const char* lasting;  // null for bytes of text_, which may move
    std::size_t offset;
    std::size_t size;
  };

  const char* Data(const Piece& piece) const {
    return (piece.lasting != nullptr ? piece.lasting : text_.data()) + piece.offset;
  }
  void Written(std::size_t bytes);

  std::string text_;
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // of pieces_ that is not written
};

}  // namespace triad::bench
