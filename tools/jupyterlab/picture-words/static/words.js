// A picture under a cell is stored with words that say what it shows (common.figures.show).
// JupyterLab leaves them out.  Here they become the alt text, which a screen reader reads.
//
// JupyterLab loads this file as one of its extensions: init brings what extensions share,
// get answers with what makes the module that package.json names.

(function () {
  let shared;

  async function renderer() {
    const [rendermime] = Object.values(shared['@jupyterlab/rendermime']);
    const { imageRendererFactory } = (await rendermime.get())();

    function createRenderer(options) {
      const picture = imageRendererFactory.createRenderer(options);
      const renderModel = picture.renderModel.bind(picture);
      picture.renderModel = async (model) => {
        await renderModel(model);
        const words = model.metadata[options.mimeType]?.alt;
        if (words) picture.node.querySelector('img').alt = words;
      };
      return picture;
    }

    const extension = {
      id: 'picture-words:renderer',
      rank: 0, // before JupyterLab's own
      rendererFactory: { safe: true, mimeTypes: ['image/png'], createRenderer },
    };
    return () => extension;
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['picture-words'] = {
    init: (scope) => {
      shared = scope;
    },
    get: renderer,
  };
})();
