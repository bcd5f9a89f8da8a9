// A blob store that hands everything on: a test overrides what it wants otherwise.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/storage/blobs/blob_store.h"

namespace triad::storage {

class ForwardingBlobs : public BlobStore {
 public:
  explicit ForwardingBlobs(BlobStore& blobs) : blobs_(blobs) {}

  absl::StatusOr<std::unique_ptr<BlobWriter>> Create() override { return blobs_.Create(); }
  absl::StatusOr<std::unique_ptr<BlobWriter>> CreateAs(const std::string& blob) override {
    return blobs_.CreateAs(blob);
  }
  absl::StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& blob,
                                                   BlobRange range) override {
    return blobs_.Open(blob, std::move(range));
  }
  absl::Status Remove(const std::string& blob) override { return blobs_.Remove(blob); }
  absl::StatusOr<std::vector<std::string>> ListOlderThan(absl::Time time) override {
    return blobs_.ListOlderThan(time);
  }
  absl::StatusOr<Removals> RemoveUnfinished(absl::Time time) override {
    return blobs_.RemoveUnfinished(time);
  }
  absl::Status CheckOwner() override { return blobs_.CheckOwner(); }
  absl::Status CheckHealth(absl::Duration timeout) override { return blobs_.CheckHealth(timeout); }

 private:
  BlobStore& blobs_;
};

}  // namespace triad::storage
