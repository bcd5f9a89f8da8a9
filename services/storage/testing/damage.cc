#include "services/storage/testing/damage.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/rows/content/list_rows.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

void Flip(std::string& bytes, std::int64_t at) {
  char& byte = bytes.at(static_cast<std::size_t>(at));
  byte = static_cast<char>(byte ^ 1);
}

absl::Status DamagePiece(StorageFixture& storage, db::Session& session, PieceId id,
                         std::int64_t at) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Piece> piece, PieceRows(session).Find(id));
  if (!piece.has_value()) return absl::NotFoundError("no such piece");
  if (!piece->bytes.has_value()) {
    return DamageBlob(storage.files, "/data/blobs", piece->blob, at);
  }
  Flip(*piece->bytes, at);
  return session
      .Execute("UPDATE pieces SET data = $2 WHERE id = $1",
               {static_cast<std::int64_t>(id), db::Blob{*piece->bytes}})
      .status();
}

}  // namespace

absl::Status DamageBlob(FileSystem& files, const std::string& root, const std::string& blob,
                        std::int64_t at) {
  std::string path = absl::StrCat(root, "/", blob.substr(0, 2), "/", blob);
  TRIAD_ASSIGN_OR_RETURN(std::string bytes, ReadFile(files, path, 256 << 20));
  Flip(bytes, at);
  TRIAD_RETURN_IF_ERROR(files.Remove(path));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file, files.Create(path));
  TRIAD_RETURN_IF_ERROR(file->Append(bytes));
  return file->Sync();
}

void Damage(StorageFixture& storage, const Object& object, std::int64_t at) {
  absl::Status damaged = storage.temp_database->Write([&](db::Session& session) -> absl::Status {
    if (object.content.piece.has_value()) {
      return DamagePiece(storage, session, *object.content.piece, at);
    }
    TRIAD_ASSIGN_OR_RETURN(std::vector<ListedPiece> listed,
                           ListRows(session).From(object.content.list.value(), at, 1));
    return DamagePiece(storage, session, listed.at(0).piece, at - listed.at(0).start);
  });
  ASSERT_EQ(damaged, absl::OkStatus());
}

}  // namespace triad::storage
