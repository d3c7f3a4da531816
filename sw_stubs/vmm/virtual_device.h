// What an emulated device of a guest looks like to the rest of the VMM, and what it may ask for.
//
// The dispatcher (mmio.h) calls a VirtualDevice where a guest's access has trapped; the device
// reaches the guest's memory and its interrupt lines through the other two.  All of them are called
// at EL2 while the guest stands still, or natively in tests.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace smmu::sw::vmm {

/// The registers of an emulated device.
class VirtualDevice {
public:
    /// `offset` from the start of the device's range, aligned to `size`: 1, 2, 4 or 8 bytes.  What
    /// is not there reads as zero and ignores writes.
    virtual uint64_t read(uint64_t offset, unsigned size) = 0;
    virtual void write(uint64_t offset, unsigned size, uint64_t value) = 0;

protected:
    ~VirtualDevice() = default;  // nobody owns a device through this
};

/// One interrupt line into the guest's interrupt controller.
class VirtualInterrupt {
public:
    /// A level-sensitive line: pending as long as `level`, once more after each EOI.
    virtual void set(bool level) = 0;
    /// An edge: the guest takes it once.
    virtual void pulse() = 0;

protected:
    ~VirtualInterrupt() = default;
};

/// The guest's RAM by its own addresses (IPA).  No address translation of the guest's stage 1.
class GuestMemory {
public:
    /// False, and nothing copied, when the bytes are not, or not wholly, the guest's RAM.  A
    /// naturally aligned access of 8 bytes or less is single-copy atomic.
    virtual bool read(uint64_t ipa, void* to, size_t size) = 0;
    virtual bool write(uint64_t ipa, const void* from, size_t size) = 0;

protected:
    ~GuestMemory() = default;
};

/// Where messages of an emulated device go: 32-bit writes to the guest's addresses (IPA), as stage 2
/// would lead those of a device of its own.
class MessageSink {
public:
    /// False: nothing is there.
    virtual bool send(uint64_t ipa, uint32_t data) = 0;

protected:
    ~MessageSink() = default;
};

}  // namespace smmu::sw::vmm
