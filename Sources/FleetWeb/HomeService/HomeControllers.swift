/// All that answers requests to the service.
struct HomeControllers: Sendable {
    let open: OpenController
    let pages: PagesController
    let downloads: DownloadController
    let programs: ProgramsController
    let administration: AdminController
}
