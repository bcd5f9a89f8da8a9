#include "services/storage/testing/object_kinds.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

bool KeepsVersions(const std::string& key) { return absl::StartsWith(key, "versioned/"); }

bool DeleteState(StoreState& state, const std::string& key) {
  if (state.Current(key) == nullptr) return false;
  if (KeepsVersions(key)) {
    PutState(state, key, {.content = "", .owner = "", .deleted = true});
  } else {
    state.objects.erase(key);
  }
  return true;
}

}  // namespace

ObjectName NameOf(const std::string& key) {
  std::size_t slash = key.find('/');
  return {key.substr(0, slash), key.substr(slash + 1)};
}

void PutState(StoreState& state, const std::string& key, SeenVersion version) {
  std::vector<SeenVersion>& versions = state.objects[key];
  if (!KeepsVersions(key)) versions.clear();
  versions.insert(versions.begin(), std::move(version));
}

WriteKind Put(const std::string& key, const std::string& content) {
  return {"put " + key,
          [=](StorageFixture& storage) {
            NewObject object = StorageFixture::New("");
            object.name = NameOf(key);
            return storage.Write(std::move(object), content).status();
          },
          [=](StoreState& state) {
            PutState(state, key, {content, "", false});
            return true;
          }};
}

WriteKind PutIfAbsent(const std::string& key, const std::string& content) {
  return {"put, if absent, " + key,
          [=](StorageFixture& storage) {
            ObjectCondition absent;
            absent.if_none_match = EtagList{.any = true, .tags = {}};
            NewObject object = StorageFixture::New("", absent);
            object.name = NameOf(key);
            return storage.Write(std::move(object), content).status();
          },
          [=](StoreState& state) {
            if (state.Current(key) != nullptr) return false;
            PutState(state, key, {content, "", false});
            return true;
          }};
}

WriteKind Abandon(const std::string& key) {
  return {"abandon " + key,
          [=](StorageFixture& storage) {
            NewObject object = StorageFixture::New("");
            object.name = NameOf(key);
            absl::StatusOr<std::unique_ptr<ObjectWrite>> write =
                storage.objects->BeginWrite(std::move(object));
            return write.ok() ? (*write)->Append("half of what was to come") : write.status();
          },
          [](StoreState&) { return true; }};
}

WriteKind Copy(const std::string& from, const std::string& to) {
  return {"copy " + from,
          [=](StorageFixture& storage) {
            return storage.editor->Copy({.name = NameOf(from)}, NameOf(to), {}).status();
          },
          [=](StoreState& state) {
            const SeenVersion* source = state.Current(from);
            if (source == nullptr) return false;
            PutState(state, to, SeenVersion(*source));
            return true;
          }};
}

WriteKind Move(const std::string& from, const std::string& to) {
  return {"move " + from,
          [=](StorageFixture& storage) {
            return storage.editor->Move({.name = NameOf(from)}, NameOf(to), {}).status();
          },
          [=](StoreState& state) {
            const SeenVersion* source = state.Current(from);
            if (source == nullptr) return false;
            PutState(state, to, SeenVersion(*source));
            return DeleteState(state, from);
          }};
}

WriteKind Update(const std::string& key, const std::string& owner) {
  return {"update " + key,
          [=](StorageFixture& storage) {
            ObjectChanges changes;
            changes.metadata = std::map<std::string, std::string>{{"owner", owner}};
            return storage.editor->Update({.name = NameOf(key)}, changes).status();
          },
          [=](StoreState& state) {
            if (state.Current(key) == nullptr) return false;
            state.objects[key].front().owner = owner;
            return true;
          }};
}

WriteKind Compose(const std::vector<std::string>& sources, const std::string& key) {
  return {"compose " + key,
          [=](StorageFixture& storage) {
            std::vector<ObjectSelection> selections;
            for (const std::string& source : sources)
              selections.push_back({.name = NameOf(source)});
            NewObject target = StorageFixture::New("");
            target.name = NameOf(key);
            return storage.composer->Compose(selections, target).status();
          },
          [=](StoreState& state) {
            std::string content;
            for (const std::string& source : sources) {
              if (state.Current(source) == nullptr) return false;
              content += state.Current(source)->content;
            }
            PutState(state, key, {content, "", false});
            return true;
          }};
}

WriteKind Append(const std::string& key, const std::string& bytes) {
  return {"append to " + key,
          [=](StorageFixture& storage) -> absl::Status {
            TRIAD_ASSIGN_OR_RETURN(Object object, storage.objects->Get(NameOf(key)));
            TRIAD_ASSIGN_OR_RETURN(
                std::unique_ptr<ObjectAppend> append,
                storage.composer->BeginAppend({.name = NameOf(key)}, object.size));
            TRIAD_RETURN_IF_ERROR(append->Append(bytes));
            return append->Finish().status();
          },
          [=](StoreState& state) {
            const SeenVersion* current = state.Current(key);
            if (current == nullptr) return false;
            SeenVersion appended = *current;
            appended.content += bytes;
            PutState(state, key, std::move(appended));
            return true;
          }};
}

WriteKind Delete(const std::string& key) {
  return {"delete " + key,
          [=](StorageFixture& storage) {
            return storage.editor->Delete({.name = NameOf(key)}).status();
          },
          [=](StoreState& state) { return DeleteState(state, key); }};
}

WriteKind BatchDelete(const std::vector<std::string>& keys) {
  return {"batch delete",
          [=](StorageFixture& storage) {
            std::vector<ObjectSelection> selections;
            for (const std::string& key : keys) selections.push_back({.name = NameOf(key)});
            return storage.editor->DeleteEach(selections).status();
          },
          [=](StoreState& state) {
            for (const std::string& key : keys) DeleteState(state, key);
            return true;
          }};
}

WriteKind Undelete(const std::string& key) {
  return {"undelete " + key,
          [=](StorageFixture& storage) {
            return storage.editor->Restore({.name = NameOf(key)}).status();
          },
          [=](StoreState& state) {
            auto found = state.objects.find(key);
            if (found == state.objects.end() || state.Current(key) != nullptr) return false;
            auto newest = std::find_if(found->second.begin(), found->second.end(),
                                       [](const SeenVersion& version) { return !version.deleted; });
            if (newest == found->second.end()) return false;
            PutState(state, key, SeenVersion(*newest));
            return true;
          }};
}

WriteKind RemoveVersion(const std::string& key) {
  return {
      "remove a version of " + key,
      [=](StorageFixture& storage) -> absl::Status {
        ObjectName name = NameOf(key);
        TRIAD_ASSIGN_OR_RETURN(
            VersionPage page,
            storage.versions->List({.bucket = name.bucket, .object = name.object, .limit = 1000}));
        if (page.versions.size() < 2) return absl::NotFoundError("no older version");
        return storage.editor->Delete({name, page.versions.back().generation, {}}).status();
      },
      [=](StoreState& state) {
        auto found = state.objects.find(key);
        if (found == state.objects.end() || found->second.size() < 2) return false;
        found->second.pop_back();
        return true;
      }};
}

}  // namespace triad::storage
