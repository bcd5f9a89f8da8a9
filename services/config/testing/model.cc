#include "services/config/testing/model.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace triad::config::testing {
namespace {

using Kind = EntryWrite::Kind;

const Model::Version* NewestIf(const Model::Versions& versions, bool deleted) {
  auto found = std::find_if(versions.rbegin(), versions.rend(),
                            [&](const auto& version) { return version.deleted == deleted; });
  return found == versions.rend() ? nullptr : &*found;
}

bool Same(const Model::Version& a, const Model::Version& b) {
  if (a.secret != b.secret || a.destroyed != b.destroyed) return false;
  if (a.description != b.description || a.labels != b.labels) return false;
  return a.secret ? a.content == b.content : a.value == b.value;
}

}  // namespace

const Model::Version* Model::Find(const std::string& key, std::int64_t revision) const {
  auto found = all_.find(key);
  if (found == all_.end()) return nullptr;
  const Version* last = nullptr;
  for (const Version& version : found->second) {
    if (version.revision <= revision) last = &version;
  }
  return last == nullptr || last->deleted ? nullptr : last;
}

std::vector<std::string> Model::Keys(const std::string& prefix, std::int64_t revision) const {
  std::vector<std::string> keys;
  for (const auto& [key, versions] : all_) {
    if (absl::StartsWith(key, prefix) && Find(key, revision) != nullptr) keys.push_back(key);
  }
  return keys;
}

bool Model::WriteAll(const std::vector<EntryWrite>& writes, absl::Time now) {
  std::map<std::string, Versions> before = all_;
  for (const EntryWrite& write : writes) {
    if (Apply(write, now, head_ + 1)) continue;
    all_ = std::move(before);
    return false;
  }
  if (!writes.empty()) ++head_;
  return true;
}

const Model::Version* Model::SourceOf(const EntryWrite& write, const Version* current) {
  switch (write.kind) {
    case Kind::kUndelete:
      return NewestIf(all_[write.name.key], false);
    case Kind::kCopy:
      return Find(write.source.key, head_ + 1);
    case Kind::kRestore:
      for (const Version& version : all_[write.name.key]) {
        if (version.version == write.restored_version) return &version;
      }
      return nullptr;
    default:
      return current;
  }
}

bool Model::Apply(const EntryWrite& write, absl::Time now, std::int64_t revision) {
  const std::string& key = write.name.key;
  if (write.kind == Kind::kDeletePrefix) {
    for (const std::string& found : Keys(key, revision)) {
      EntryWrite one{.name = {write.name.space, found}, .kind = Kind::kDelete};
      if (!Apply(one, now, revision)) return false;
    }
    return true;
  }
  Versions& versions = all_[key];
  if (!versions.empty() && versions.back().revision == revision) return false;
  const Version* latest = versions.empty() ? nullptr : &versions.back();
  const Version* current = latest != nullptr && !latest->deleted ? latest : nullptr;
  Version next;
  next.version = latest == nullptr ? 1 : latest->version + 1;
  next.revision = revision;
  next.secret =
      write.secret || (latest != nullptr && latest->secret && write.kind != Kind::kRestore);
  if (write.expects.version.value_or(current ? current->version : 0) !=
      (current ? current->version : 0)) {
    return false;
  }
  if (write.kind == Kind::kDelete) {
    if (current == nullptr) return false;
    next.deleted = true;
    versions.push_back(next);
    return true;
  }
  if (write.kind == Kind::kUndelete && current != nullptr) return false;
  if (write.must_exist && current == nullptr) return false;
  const Version* source = SourceOf(write, current);
  if (source != nullptr && source->deleted) return false;
  if (!write.value.has_value() && (source == nullptr || source->destroyed)) return false;
  next.value = write.value.has_value() ? *write.value : source->value;
  next.content = revision * 1000 + next.version;
  if (!write.value.has_value() && source->secret) {
    next.secret = true;
    next.content = source->content;
  }
  if (source != nullptr) next.description = source->description;
  if (source != nullptr) next.labels = source->labels;
  if (write.description.has_value()) next.description = *write.description;
  if (write.labels.has_value()) next.labels = *write.labels;
  if (current != nullptr && (write.kind == Kind::kPut || write.kind == Kind::kCopy)) {
    next.expire_time = current->expire_time;
  }
  if (write.kind == Kind::kPut && write.expiration.has_value()) {
    next.expire_time = write.expiration->time;
    if (write.expiration->ttl.has_value()) next.expire_time = now + *write.expiration->ttl;
  }
  versions.push_back(std::move(next));
  return true;
}

std::vector<EntryWrite> Model::Rollback(const std::string& prefix, std::int64_t revision) const {
  std::vector<EntryWrite> writes;
  for (const auto& [key, versions] : all_) {
    if (!absl::StartsWith(key, prefix)) continue;
    const Version* then = Find(key, revision);
    const Version* now = Find(key, head_);
    EntryName name{"app", key};
    if (then == nullptr && now != nullptr) {
      writes.push_back({.name = name, .kind = Kind::kDelete});
    } else if (then != nullptr && (now == nullptr || !Same(*then, *now))) {
      writes.push_back({.name = name, .kind = Kind::kRestore, .restored_version = then->version});
    }
  }
  return writes;
}

void Model::Expire(absl::Time now) {
  std::vector<EntryWrite> writes;
  for (const std::string& key : Keys("", head_)) {
    const Version* current = Find(key, head_);
    if (current->expire_time.has_value() && *current->expire_time <= now) {
      writes.push_back({.name = {"app", key}, .kind = Kind::kDelete});
    }
  }
  WriteAll(writes, now);
}

bool Model::Destroy(const std::string& key, std::int64_t version) {
  for (Version& one : all_[key]) {
    if (one.version != version) continue;
    bool head = &one == &all_[key].back() && !one.deleted;
    if (head) return false;
    if (!one.deleted) one.destroyed = true;
    return true;
  }
  return false;
}

void Model::Compact(std::int64_t revision) {
  floor_ = std::max(floor_, revision);
  for (auto& [key, versions] : all_) {
    auto keep = versions.begin();
    for (auto at = versions.begin(); at != versions.end(); ++at) {
      if (at->revision <= floor_) keep = at->deleted ? at + 1 : at;
    }
    versions.erase(versions.begin(), keep);
  }
}

}  // namespace triad::config::testing
