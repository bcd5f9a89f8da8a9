// Whether an object on an event loop is still there.
//
// An object on a loop has one owner on that loop. Whatever may run after its end,
// such as the handler of a timer or of a read, holds a WeakPtr and does nothing
// once it is null:
//
//   timer_.async_wait([weak = weak_factory_.Get()](const error_code&) {
//     if (Connection* self = weak.get()) self->OnTimer();
//   });
//
// The same tells code that runs a callback whether the callback has destroyed the
// object it belongs to.
#pragma once

#include <utility>

namespace triad {

template <typename T>
class WeakPtrFactory;

// Copied freely, on the loop of its object alone: it counts without atomics.
template <typename T>
class WeakPtr {
 public:
  WeakPtr() = default;
  WeakPtr(const WeakPtr& other) : link_(other.link_) {
    if (link_ != nullptr) ++link_->holders;
  }
  WeakPtr(WeakPtr&& other) noexcept : link_(std::exchange(other.link_, nullptr)) {}
  WeakPtr& operator=(WeakPtr other) noexcept {
    std::swap(link_, other.link_);
    return *this;
  }
  ~WeakPtr() {
    if (link_ != nullptr && --link_->holders == 0) delete link_;
  }

  // Null once the object is gone.
  T* get() const { return link_ == nullptr ? nullptr : link_->object; }
  explicit operator bool() const { return get() != nullptr; }

 private:
  friend class WeakPtrFactory<T>;
  struct Link {
    T* object;
    int holders;
  };
  explicit WeakPtr(Link* link) : link_(link) { ++link_->holders; }

  Link* link_ = nullptr;
};

// A member of the object that the pointers are to: the last one, so that they are
// null before anything else of it goes.
template <typename T>
class WeakPtrFactory {
 public:
  explicit WeakPtrFactory(T* object) : self_(new typename WeakPtr<T>::Link{object, 0}) {}
  ~WeakPtrFactory() { self_.link_->object = nullptr; }
  WeakPtrFactory(const WeakPtrFactory&) = delete;
  WeakPtrFactory& operator=(const WeakPtrFactory&) = delete;

  WeakPtr<T> Get() const { return self_; }

 private:
  const WeakPtr<T> self_;
};

}  // namespace triad
