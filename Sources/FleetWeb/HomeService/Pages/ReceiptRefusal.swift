import HTTPTypes

/// Why a receipt is not shown.
enum ReceiptRefusal: PageError, Equatable {
    case noSuchReceipt

    var page: MessagePage {
        MessagePage(.notFound, "There is no such receipt", "Your receipts are on the service's page.")
    }
}
