// One PCI function as software configures it: configuration space, BARs, interrupts.  No SystemC, no
// time.
#pragma once
#include <cstdint>
#include <optional>

#include "pcie/config_space.h"
#include "pcie/function_params.h"
#include "pcie/msix_table.h"

namespace smmu {

/// Where a function sits on bus 0.
struct PciSlot {
    unsigned device;  ///< 0 to 31
    unsigned function = 0;
    constexpr uint16_t requester_id() const {
        return static_cast<uint16_t>(device << 3 | function);
    }
};

class PciFunction {
public:
    /// A root complex, as the function sees it.  Called from inside write_config(), write_msix()
    /// and set_intx().
    class Host {
    public:
        virtual void intx_changed() = 0;
        virtual void bus_master_cleared() = 0;
        /// A message that had to wait can be sent now.
        virtual void message_released(const MsiMessage& message) = 0;

    protected:
        ~Host() = default;
    };
    /// The function's own ATS logic.  Called from inside write_config().
    class AtsUser {
    public:
        /// Enable has been cleared: no translation may be used any more.
        virtual void ats_disabled() = 0;
        /// Page requests that wait for a response never get one.
        virtual void page_requests_reset() = 0;

    protected:
        ~AtsUser() = default;
    };
    /// An address inside a BAR.
    struct Target {
        unsigned bar;
        uint64_t offset;
    };

    /// Throws std::invalid_argument with the sentence of refuse(params).
    explicit PciFunction(const PciFunctionParams& params);

    const PciFunctionParams& params() const { return params_; }
    /// The host must outlive the function's last register write.
    void attach(Host& host, PciSlot slot);
    void attach(AtsUser& user) { ats_user_ = &user; }
    /// 0 until the function is attached.
    uint16_t requester_id() const { return slot_.requester_id(); }
    PciSlot slot() const { return slot_; }
    void set_multi_function();

    // --- What software does
    /// 1, 2 or 4 bytes, naturally aligned, below ConfigSpace::size.
    uint32_t read_config(unsigned offset, unsigned bytes) const {
        return config_.read(offset, bytes);
    }
    void write_config(unsigned offset, unsigned bytes, uint32_t value);
    /// What boot firmware writes: the address of a BAR.
    void place_bar(unsigned index, uint64_t address);

    bool memory_enabled() const { return (command_ & pci::command_memory) != 0; }
    bool bus_master() const { return (command_ & pci::command_bus_master) != 0; }
    /// A conventional function has no such attribute and may not send it.
    bool no_snoop_enabled() const;

    /// The BAR that answers all of [address, address + bytes), bytes > 0.
    std::optional<Target> decode(uint64_t address, uint64_t bytes) const;

    /// The MSI-X table and its pending bits, as 32-bit words at multiples of 4.
    bool is_msix(const Target& target) const;
    uint32_t read_msix(const Target& target) const;
    void write_msix(const Target& target, uint32_t value);

    // --- What the function does
    /// The level of its INTx pin; reaches the pin unless INTx is disabled or MSI or MSI-X enabled.
    void set_intx(bool asserted);
    bool intx_level() const;

    /// The message to send for `vector`, through the function's own DMA.  None: MSI and MSI-X are
    /// off, there is no such vector, or it is masked and now waits for Host::message_released().
    std::optional<MsiMessage> signal(unsigned vector);

    // --- ATS, page requests, PASIDs: function_ats.cpp
    bool ats_enabled() const;
    /// STU: log2 of the bytes of the smallest translation.
    unsigned smallest_translation() const;
    /// Enable is set, and no ResponseFailure has come since it was set.
    bool page_requests_enabled() const;
    uint32_t page_request_allocation() const;
    bool has_pasid(uint32_t pasid) const;  ///< PASIDs are enabled, and it is one
    bool execute_enabled() const;
    bool privileged_enabled() const;

    /// Page requests that wait for a response; shows as Stopped.
    void set_page_requests_outstanding(size_t count);
    void response_failed();      ///< ResponseFailure: page requests are off until enabled anew
    void unexpected_response();  ///< for an index that no page request has

private:
    bool is_set(unsigned capability, unsigned reg, uint16_t bit) const;
    void change_pri_status(uint16_t cleared, uint16_t set);
    struct AtsState {
        bool ats, pri;
    };
    AtsState ats_state() const;
    void ats_written(AtsState before);
    bool msi_enabled() const;
    bool msix_enabled() const;
    std::optional<MsiMessage> signal_msi(unsigned vector);
    MsiMessage msi_message(unsigned vector) const;
    unsigned msi_vectors() const;
    void release();
    void update_intx(bool before);

    const PciFunctionParams params_;
    ConfigSpace config_;
    MsixTable msix_;
    PciSlot slot_{0, 0};
    Host* host_ = nullptr;
    uint16_t command_ = 0;  ///< the register, at hand for every beat of DMA
    bool intx_ = false;
    AtsUser* ats_user_ = nullptr;
    size_t page_requests_ = 0;      ///< outstanding
    bool response_failed_ = false;  ///< since page requests were enabled
};

}  // namespace smmu
