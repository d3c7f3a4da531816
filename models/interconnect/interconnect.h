// The bus of the platform: CPUs, DMA and table walks on one side, RAM and devices on the other.  LT
// only; never waits.
//
// RAM lives inside, since the bus is where it shows whether an access snoops the CPUs' caches
// (README.md).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "boards/virt.h"
#include "cpu/cache_maintenance.h"
#include "interconnect/coherent_ram.h"

namespace smmu {

/// Who is on an upstream port, and so what makes its accesses to RAM coherent.
enum class PortKind {
    Cpu,  ///< always coherent
    Dma,  ///< coherent where the final attributes say so; without a StreamExtension not coherent
    CanwbsDma,  ///< a root complex with CANWBS: always coherent, whatever the attributes
    Tables  ///< table walks and queues of an SMMU: as Dma, but without a StreamExtension coherent
            ///< (COHACC)
};

/// Random is for tests: now and then a line leaves the cache by itself, as on hardware.
enum class Evict { Never, Random };

struct InterconnectParams {
    virt::Range ram = virt::ram;                         ///< base and size: multiples of a line
    sc_core::sc_time ram_latency{10.0, sc_core::SC_NS};  ///< added to each access to RAM
    sc_core::sc_time hop_latency{2.0, sc_core::SC_NS};   ///< added to each access to a device
    Views views = Views::CoherentAndDram;
    CleanLines clean_lines = CleanLines::Kept;
    Evict evict = Evict::Never;
    uint32_t evict_seed = 1;
};

struct UpstreamPort {
    std::string name;
    PortKind kind;
};

/// A device sees addresses that count from the start of its range.
struct DownstreamDevice {
    std::string name;
    virt::Range range;
};

class Interconnect : public sc_core::sc_module, private CacheMaintenance {
public:
    using UpstreamSocket = tlm::tlm_target_socket<32>;
    using DeviceSocket = tlm::tlm_initiator_socket<32>;

    /// Ranges must not overlap each other or the RAM; names are the sockets' names.
    Interconnect(sc_core::sc_module_name name, const InterconnectParams& params,
                 const std::vector<UpstreamPort>& upstream,
                 const std::vector<DownstreamDevice>& devices);
    ~Interconnect() override;

    UpstreamSocket& upstream(const std::string& name);
    DeviceSocket& device(const std::string& name);

    /// DC instructions of the CPUs; addresses outside the RAM have no effect.
    sc_core::sc_export<CacheMaintenance> maintenance{"maintenance"};

    /// Called after a write to RAM [begin, end) that no CPU made (DMA or debug): a CPU model drops
    /// what it has translated from there.  A write through a DMI pointer does not pass here.
    std::function<void(uint64_t begin, uint64_t end)> on_device_write;

    CoherentRam& ram() { return ram_; }

private:
    class Upstream;
    class Device;

    void clean(uint64_t address) override;
    void clean_and_invalidate(uint64_t address) override;
    void invalidate(uint64_t address) override;

    void check(const std::vector<UpstreamPort>& upstream,
               const std::vector<DownstreamDevice>& devices) const;
    Device* find_device(uint64_t address) const;
    virt::Range hole_around(uint64_t address) const;
    void written(uint64_t offset, uint64_t length) {
        if (on_device_write)
            on_device_write(params_.ram.base + offset, params_.ram.base + offset + length);
    }
    void evict_sometimes(uint64_t offset);
    void invalidate_dmi(uint64_t first, uint64_t last);

    const InterconnectParams params_;
    CoherentRam ram_;
    std::minstd_rand dice_;
    std::vector<std::unique_ptr<Upstream>> upstream_;
    std::vector<std::unique_ptr<Device>> devices_;  ///< by rising address
};

}  // namespace smmu
