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

#include <boost/smart_ptr/local_shared_ptr.hpp>
#include <boost/smart_ptr/make_local_shared.hpp>
#include <utility>

namespace triad {

template <typename T>
class WeakPtrFactory;

// Copied freely, on the loop of its object alone: it counts without atomics.
template <typename T>
class WeakPtr {
 public:
  WeakPtr() = default;

  // Null once the object is gone.
  T* get() const { return object_ == nullptr ? nullptr : *object_; }
  explicit operator bool() const { return get() != nullptr; }

 private:
  friend class WeakPtrFactory<T>;
  explicit WeakPtr(boost::local_shared_ptr<T*> object) : object_(std::move(object)) {}

  boost::local_shared_ptr<T*> object_;
};

// A member of the object that the pointers are to: the last one, so that they are
// null before anything else of it goes.
template <typename T>
class WeakPtrFactory {
 public:
  explicit WeakPtrFactory(T* object) : object_(boost::make_local_shared<T*>(object)) {}
  ~WeakPtrFactory() { *object_ = nullptr; }
  WeakPtrFactory(const WeakPtrFactory&) = delete;
  WeakPtrFactory& operator=(const WeakPtrFactory&) = delete;

  WeakPtr<T> Get() const { return WeakPtr<T>(object_); }

 private:
  const boost::local_shared_ptr<T*> object_;
};

}  // namespace triad
